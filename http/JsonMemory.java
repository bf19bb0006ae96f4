package http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Estimates the memory that parsing a JSON text takes, before it is parsed. A parser collects a string in chars, then in a builder,
 * and then creates the string. Therefore the longest string counts several times. A string of one character takes as much memory
 * as one of thirty. Therefore the number of strings counts, too.
 */
final class JsonMemory {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The memory of a string besides its characters, with its entry in a map, in bytes. */
    static final int STRING = 80;

    /** The additional memory of a field name, in bytes. The parser keeps each name twice, the second time to detect duplicates. */
    static final int NAME = 120;

    /** The memory of any other value, such as an object in a list, in bytes. */
    private static final int VALUE = 40;

    private final byte[] text;
    private final int length;
    private long strings;
    private long names;
    private long values;
    private long chars;
    private long longest;
    private boolean isWide;

    private JsonMemory(ByteBuffer body) {
        this.text = body.array();
        this.length = body.remaining();
    }

    /**
     * The memory to parse the whole text at once, in bytes.
     *
     * @param body starts at index 0 of its array
     */
    static long ofAll(ByteBuffer body) {
        JsonMemory memory = new JsonMemory(body).scan();
        return memory.ofLongest()
                + memory.width() * memory.chars
                + memory.strings * STRING
                + memory.names * NAME
                + memory.values * VALUE;
    }

    /** The memory to parse the text one string at a time, in bytes. */
    static long ofLongestString(ByteBuffer body) {
        return new JsonMemory(body).scan().ofLongest();
    }

    private long width() {
        return isWide ? 2 : 1;
    }

    /** The chars, the builder (which may have started with one byte for each char) and the string. */
    private long ofLongest() {
        return longest * (Character.BYTES + 2 * width() + (isWide ? 1 : 0));
    }

    private JsonMemory scan() {
        for (int at = 0; at < length; at++) {
            byte b = text[at];
            if (b == '"') {
                at = countString(at + 1);
            } else if (b == ':') {
                names++;
            } else if (b == ',' || b == '{' || b == '[') {
                values++;
            }
        }
        return this;
    }

    /** Counts a string, and returns the index of its closing quote. */
    private int countString(int start) {
        int at = start;
        int escaped = 0;
        while ((at = nextSpecial(at)) < length && text[at] != '"') {
            boolean isUnicode = at + 1 < length && text[at + 1] == 'u';
            isWide |= isUnicode && at + 3 < length && !(text[at + 2] == '0' && text[at + 3] == '0');
            int size = isUnicode ? 6 : 2;
            at += size;
            escaped += size - 1;
        }
        at = Math.min(at, length);
        strings++;
        chars += at - start - escaped;
        longest = Math.max(longest, at - start - escaped);
        return at;
    }

    /**
     * The index of the next quote or backslash. It checks eight bytes at a time: see "Determine if a word has a zero byte" in Bit Twiddling
     * Hacks.
     */
    private int nextSpecial(int from) {
        int at = from;
        while (at + Long.BYTES <= length) {
            long eight = (long) LONGS.get(text, at);
            long special = (zeros(eight ^ repeated('"')) | zeros(eight ^ repeated('\\'))) & repeated(0x80);
            isWide |= (eight & repeated(0x80)) != 0;
            if (special != 0) {
                return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < length && text[at] != '"' && text[at] != '\\') {
            isWide |= text[at] < 0;
            at++;
        }
        return at;
    }

    private static long zeros(long eight) {
        return (eight - repeated(1)) & ~eight;
    }

    private static long repeated(int b) {
        return 0x0101010101010101L * b;
    }
}
