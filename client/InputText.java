package client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes text from the user: the byte order mark, UTF-8 and escape sequences. Stateless. */
public final class InputText {
    private static final int[] UTF_8_MARK = {0xEF, 0xBB, 0xBF};

    private InputText() {}

    /**
     * Skips the byte order mark of UTF-8. Waits only for bytes that it needs to recognize the mark.
     *
     * @return the input after the mark
     * @throws InputException if the input begins with the byte order mark of UTF-16
     */
    public static InputStream withoutByteOrderMark(InputStream in) throws IOException {
        PushbackInputStream text = new PushbackInputStream(in, UTF_8_MARK.length);
        byte[] read = new byte[UTF_8_MARK.length];
        for (int i = 0; i < UTF_8_MARK.length; i++) {
            int next = text.read();
            if (i == 1 && ((read[0] == (byte) 0xFF && next == 0xFE) || (read[0] == (byte) 0xFE && next == 0xFF))) {
                throw new InputException(String.format(
                        "The input is UTF-16 (it begins with the byte order mark %02X %02X). Convert it first, "
                                + "for example with: iconv -f UTF-16 -t UTF-8",
                        read[0], next));
            }
            boolean mayBeUtf16 = i == 0 && next >= 0xFE;
            if (next != UTF_8_MARK[i] && !mayBeUtf16) {
                if (next >= 0) {
                    text.unread(next);
                }
                text.unread(read, 0, i);
                return text;
            }
            read[i] = (byte) next;
        }
        return text;
    }

    /** Whether bytes are valid UTF-8. */
    public static boolean isUtf8(byte[] bytes, int from, int to) {
        return decode(bytes, from, to) != null;
    }

    /** Decodes UTF-8; null if the bytes are not valid UTF-8. */
    public static String decode(byte[] bytes, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * Replaces {@code \t}, {@code \n}, {@code \r} and {@code \\} by the character that each stands for. Any other
     * backslash stays.
     */
    public static String unescaped(String text) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            int which = text.charAt(i) == '\\' && i + 1 < text.length() ? "tnr\\".indexOf(text.charAt(i + 1)) : -1;
            result.append(which < 0 ? text.charAt(i) : "\t\n\r\\".charAt(which));
            i += which < 0 ? 0 : 1;
        }
        return result.toString();
    }
}
