package cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

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

    /** As {@link #escape(String)}, for UTF-8. A byte that is not UTF-8 becomes {@code \xff}. */
    public static String escape(byte[] utf8) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(utf8);
        CharBuffer chars = CharBuffer.allocate(utf8.length);
        StringBuilder escaped = new StringBuilder();
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, true);
            escaped.append(escape(chars.flip().toString()));
            chars.clear();
            if (!result.isError()) {
                return escaped.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                escaped.append(String.format("\\x%02x", bytes.get() & 0xFF));
            }
        }
    }

    /** As {@link #escape(String)}, and the text stays on one line, so that it cannot pretend to be several. */
    public static String escapeLine(String text) {
        return escape(text).replace("\n", "\\n");
    }

    private static boolean isEscaped(int c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
