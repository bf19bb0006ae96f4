///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Checks or applies the format of all Java sources, and compiles them with all warnings and Error Prone.
//JAVA 17+
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//DEPS com.google.errorprone:error_prone_core:2.42.0
//DEPS com.palantir.javaformat:palantir-java-format:2.97.0
//DEPS info.picocli:picocli:4.7.7
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.main=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.model=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.processing=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED

import static java.util.Map.entry;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks the Java sources: their format, the warnings of the compiler and those of Error Prone. */
@Command(name = "check", description = "Checks the Java sources.")
public class Check implements Callable<Integer> {
    private static final JavaFormatterOptions.Style STYLE = JavaFormatterOptions.Style.PALANTIR;

    /** Checks of Error Prone that are off, each with its reason. */
    private static final Map<String, String> OFF = Map.ofEntries(
            entry("DefaultPackage", "The scripts have no package, so that one command starts them."),
            entry("MissingSummary", "A comment may consist of a tag alone."),
            entry("AddressSelection", "It flags addresses that are written as numbers, too."),
            entry("StatementSwitchToExpressionSwitch", "It is a matter of taste."),
            entry("StringConcatToTextBlock", "It is a matter of taste."),
            entry("AssignmentExpression", "Loops that read until null assign in their condition."),
            entry(
                    "StringSplitter",
                    "The strings that are split do not end in the separator, and it suggests another library."),
            entry("ByteBufferBackingArray", "Buffers are views of arrays here, and their offsets are used."),
            entry("ArrayRecordComponent", "Records that carry bytes are not compared."),
            entry(
                    "FutureReturnValueIgnored",
                    "A chain of futures handles failures in its last stage, whose future nobody needs."),
            entry(
                    "NonAtomicVolatileUpdate",
                    "It does not know java.util.concurrent locks: fields that are written under a lock are volatile for readers."));

    /** These scripts have dependencies of their own, so they are not compiled together with the others. */
    private static final String OWN_DEPENDENCIES = "\\.ci/.*|benchmark/peers/.*|tests/GeneratedClientCheck\\.java";

    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(STYLE).build());

    @Option(names = "--format", description = "Format the files instead of checking them.")
    private boolean format;

    @Option(
            names = "--class-path",
            description = "Compile the files with this class path. Default: check only their format.")
    private String classPath;

    @Parameters(description = "The files to check.")
    private List<Path> files;

    public static void main(String... args) {
        System.exit(new CommandLine(new Check()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<String> faults = files.parallelStream()
                .map(this::formatFault)
                .filter(Objects::nonNull)
                .collect(Collectors.toList());
        faults.forEach(System.err::println);
        boolean compiles = classPath == null || compile();
        return compiles && faults.isEmpty() ? 0 : 1;
    }

    /** Checks the format of a file, or formats it. Returns null if it is formatted then. */
    private String formatFault(Path file) {
        try {
            String source = Files.readString(file);
            String formatted = formatted(source);
            if (formatted.equals(source)) {
                return null;
            }
            if (!format) {
                return file + ": not formatted. Run .ci/check --format.";
            }
            Files.writeString(file, formatted(formatted)); // the first pass may leave work for a second one
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FormatterException e) {
            return file + ": " + e.getMessage();
        }
    }

    /** The header of a script stays as it is: a directive of JBang has no space after its slashes. The formatter would add one. */
    private String formatted(String source) throws FormatterException {
        int header = 0;
        while (source.startsWith("//", header)) {
            header = source.indexOf('\n', header) + 1;
        }
        if (source.substring(header).isBlank()) {
            return source.stripTrailing() + "\n";
        }
        String code = RemoveUnusedImports.removeUnusedImports(source.substring(header));
        String formatted = formatter.formatSource(ImportOrderer.reorderImports(code, STYLE));
        String blank = header > 0 && source.startsWith("\n", header) ? "\n" : "";
        return source.substring(0, header) + blank + formatted.stripLeading();
    }

    private boolean compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "--release",
                "17",
                "-proc:none",
                "-Xlint:all,-classfile",
                "-Werror",
                "-Xmaxwarns",
                "1000",
                "-XDcompilePolicy=simple",
                "--should-stop=ifError=FLOW",
                "--should-stop=ifNoError=FLOW", // the checks are over then, and no class files are needed
                errorProne(),
                "-classpath",
                classPath,
                "-processorpath",
                System.getProperty("java.class.path"));
        List<Path> sources = files.stream()
                .filter(file -> !file.toString().matches(OWN_DEPENDENCIES))
                .collect(Collectors.toList());
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            return compiler.getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
    }

    private static String errorProne() {
        return "-Xplugin:ErrorProne"
                + OFF.keySet().stream().map(check -> " -Xep:" + check + ":OFF").collect(Collectors.joining());
    }
}
