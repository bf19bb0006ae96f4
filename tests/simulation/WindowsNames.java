package tests.simulation;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** The names that Windows does not accept or changes, as its documentation "Naming Files, Paths, and Namespaces" says. Stateless. */
final class WindowsNames {
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
    private static final Pattern IGNORED_END = Pattern.compile("[. ]+$");

    private WindowsNames() {}

    /** The path that Windows uses for this one: dots and spaces at the end of a name are ignored. */
    static Path actual(Path path) {
        Path actual = path.getRoot() == null ? path.getFileSystem().getPath("") : path.getRoot();
        for (Path name : path) {
            String text = name.toString();
            boolean isRelative = text.equals(".") || text.equals("..");
            actual =
                    actual.resolve(isRelative ? text : IGNORED_END.matcher(text).replaceFirst(""));
        }
        return actual;
    }

    /** @throws FileSystemException if no file can have this name */
    static void requireValid(Path path) throws FileSystemException {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (DEVICE.matcher(name).matches()) {
            throw new FileSystemException(path.toString(), null, "The filename syntax is incorrect");
        }
    }
}
