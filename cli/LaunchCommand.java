package cli;

import java.io.File;
import java.nio.file.Path;
import java.util.Locale;

/** What to type to start a command, in the way in which this one was started. Stateless. */
public final class LaunchCommand {
    private LaunchCommand() {}

    /**
     * Returns {@code jbang Producer.java}, {@code ./jbang Producer.java} or {@code java -jar producer.jar}.
     *
     * @param script the name of the command, such as Producer
     */
    public static String of(String script) {
        String classPath = System.getProperty("java.class.path");
        boolean isJar = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator); // so java -jar sets it
        if (isJar) {
            return "java -jar " + Path.of(classPath).resolveSibling(script.toLowerCase(Locale.ROOT) + ".jar");
        }
        boolean isHere = "./jbang".equals(System.getenv("JBANG_LAUNCH_CMD"));
        return (isHere ? "./jbang " : "jbang ") + script + ".java";
    }
}
