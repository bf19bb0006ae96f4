package cli;

/**
 * Makes control characters visible, because a terminal obeys them: a message could otherwise clear the screen, change the title of the window
 * or hide text. Stateless.
 */
public final class ControlCharacters {
    private ControlCharacters() {}

    /** Returns the text with each control character (Unicode category Cc) except line feed and tab as {@code \}{@code u001b}. */
    public static String escape(String text) {
        if (text.chars().noneMatch(ControlCharacters::isEscaped)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.chars()
                .forEach(c -> escaped.append(isEscaped(c) ? String.format("\\u%04x", c) : String.valueOf((char) c)));
        return escaped.toString();
    }

    /** As {@link #escape}, and the text stays on one line, so that it cannot pretend to be several. */
    public static String escapeLine(String text) {
        return escape(text).replace("\n", "\\n");
    }

    private static boolean isEscaped(int c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
