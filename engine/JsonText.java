package engine;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Checks UTF-8 text and escapes it for a JSON string, in one pass and without creating a String. The text is checked as RFC 3629
 * requires: no overlong forms, no surrogates, nothing above U+10FFFF. It is escaped as RFC 8259 requires, as Jackson does. Line
 * separators are escaped, too. Stateless.
 */
public final class JsonText {
    /** The maximum number of bytes that escaping makes of one byte. */
    static final int MAX_GROWTH = 6;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHORT = shortEscapes();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private JsonText() {}

    /** Whether a text has U+0085, U+2028 or U+2029, which common readers treat as the end of a line. */
    static boolean hasLineSeparator(String text) {
        return text.indexOf('\u0085') >= 0 || text.indexOf('\u2028') >= 0 || text.indexOf('\u2029') >= 0;
    }

    /** As {@link #hasLineSeparator(String)}, for JSON in UTF-8. */
    static boolean hasLineSeparator(byte[] json, int position, int length) {
        int end = position + length;
        for (int i = firstNotAscii(json, position, end); i < end; i++) {
            if (json[i] < 0 && lineSeparator(json, i, end) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Escapes line separators in JSON in UTF-8. Valid JSON has them only in strings. */
    static byte[] escapeLineSeparators(byte[] json, int position, int length) {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream(length + 64);
        byte[] escape = new byte[MAX_GROWTH];
        int end = position + length;
        for (int i = position; i < end; ) {
            char separator = lineSeparator(json, i, end);
            if (separator == 0) {
                escaped.write(json[i++]);
            } else {
                escaped.write(escape, 0, escapeWithDigits(separator, escape, 0));
                i += separator == '\u0085' ? 2 : 3;
            }
        }
        return escaped.toByteArray();
    }

    /** The position of the first byte from {@code from} up to {@code to} that is not valid UTF-8; -1 if all bytes are valid. */
    public static int firstNotUtf8(byte[] text, int from, int to) {
        for (int at = firstNotAscii(text, from, to); at < to; at = firstNotAscii(text, at, to)) {
            int length = sequenceLength(text, at, to);
            if (length < 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    private static int firstNotAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** The line separator of several bytes at this position; 0 if there is none. */
    private static char lineSeparator(byte[] text, int at, int to) {
        if (text[at] == (byte) 0xC2) {
            return at + 1 < to && text[at + 1] == (byte) 0x85 ? '\u0085' : 0;
        }
        if (text[at] != (byte) 0xE2 || at + 2 >= to || text[at + 1] != (byte) 0x80) {
            return 0;
        }
        return text[at + 2] == (byte) 0xA8 ? '\u2028' : text[at + 2] == (byte) 0xA9 ? '\u2029' : 0;
    }

    /**
     * Escapes the text from {@code from} to {@code to} into {@code target}, which must have room for it.
     *
     * @return the position after the escaped text in {@code target}; -1 if the text is not UTF-8
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
                char separator = lineSeparator(text, i, to);
                if (separator != 0) {
                    at = escapeWithDigits(separator, target, at);
                    i += length;
                    continue;
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
        if (SHORT[special] == 0) {
            return escapeWithDigits((char) special, target, at);
        }
        target[at++] = '\\';
        target[at++] = SHORT[special];
        return at;
    }

    private static int escapeWithDigits(char special, byte[] target, int position) {
        int at = position;
        target[at++] = '\\';
        target[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            target[at++] = HEX[special >> shift & 0xF];
        }
        return at;
    }

    /** The length of the UTF-8 sequence of several bytes at this position; -1 if it is invalid. */
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
