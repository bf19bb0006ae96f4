package cli;

import java.nio.charset.Charset;

/** The charset with which Java decodes arguments, environment variables and file names. Stateless. */
public final class SystemCharset {
    private static final String NAME = System.getProperty("sun.jnu.encoding", "UTF-8");

    private SystemCharset() {}

    /** The charset of the environment, in which a terminal sends its input. */
    public static Charset get() {
        return Charset.isSupported(NAME) ? Charset.forName(NAME) : Charset.defaultCharset();
    }

    /** Whether Java could not decode a text of the environment, and has put replacement characters into it. */
    public static boolean isGarbled(String text) {
        return text.indexOf('\uFFFD') >= 0;
    }

    /** The error message for such a text. The caller puts the name of the text before it. */
    public static String garbled() {
        return "cannot be decoded: the charset of the environment is " + NAME
                + ". Set LC_ALL=C.UTF-8 and give it in UTF-8.";
    }
}
