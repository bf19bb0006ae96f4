package engine;

import java.nio.charset.StandardCharsets;

/**
 * Text in UTF-8 on its way into a JSON string: checks it (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF)
 * and escapes what RFC 8259 demands and no more, as Jackson does, in one pass and without making a string of it.
 */
final class JsonText {
    /** So many bytes at the most come of one. */
    static final int MAX_GROWTH = 6;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHORT = shortEscapes();

    private JsonText() {}

    /**
     * Writes the text from {@code from} to {@code to} into the target, which has room for it.
     *
     * @return the position after it in the target; -1 if the text is not UTF-8
     */
    static int escape(byte[] text, int from, int to, byte[] target, int position) {
        int at = position;
        for (int i = from; i < to; ) {
            byte b = text[i];
            if (b >= ' ' && b != '"' && b != '\\') {
                target[at++] = b;
                i++;
            } else if (b >= 0) {
                at = escape(b, target, at);
                i++;
            } else {
                int length = sequenceLength(text, i, to);
                if (length < 0) {
                    return -1;
                }
                for (int end = i + length; i < end; i++) {
                    target[at++] = text[i];
                }
            }
        }
        return at;
    }

    private static int escape(byte special, byte[] target, int position) {
        int at = position;
        target[at++] = '\\';
        if (SHORT[special] != 0) {
            target[at++] = SHORT[special];
            return at;
        }
        target[at++] = 'u';
        target[at++] = '0';
        target[at++] = '0';
        target[at++] = HEX[special >> 4];
        target[at++] = HEX[special & 0xF];
        return at;
    }

    /** The length of the sequence of several bytes that begins here; -1 if it is none. */
    private static int sequenceLength(byte[] text, int at, int to) {
        int lead = text[at] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > to) {
            return -1;
        }
        int second = text[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return -1;
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((text[i] & 0xC0) != 0x80) {
                return -1;
            }
        }
        return length;
    }

    private static byte[] shortEscapes() {
        byte[] escapes = new byte[128];
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        return escapes;
    }
}
