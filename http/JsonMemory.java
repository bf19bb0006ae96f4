package http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How much memory it takes to read a JSON text, told from the text before it is read. A parser collects a string in chars, then in a
 * builder, then makes the string, so that the longest string counts several times; and a string of one character takes as much
 * as one of thirty, so that the number of strings counts.
 */
final class JsonMemory {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** What a string takes besides its characters, with its part of the map that it is in. */
    static final int STRING = 80;

    /** What a string takes besides if it is the name of a member: the parser keeps it, twice to find one that stands there twice. */
    static final int NAME = 120;

    /** What any other value takes, such as an object of a list. */
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
     * To read all of it at once, in bytes.
     *
     * @param body from the start of its array
     */
    static long ofAll(ByteBuffer body) {
        JsonMemory memory = new JsonMemory(body).scan();
        return memory.ofLongest()
                + memory.width() * memory.chars
                + memory.strings * STRING
                + memory.names * NAME
                + memory.values * VALUE;
    }

    /** To read it a string at a time, in bytes. */
    static long ofLongestString(ByteBuffer body) {
        return new JsonMemory(body).scan().ofLongest();
    }

    private long width() {
        return isWide ? 2 : 1;
    }

    /** Chars, the builder, which may have begun with one byte a char, and the string. */
    private long ofLongest() {
        return longest * (Character.BYTES + 2 * width() + (isWide ? 1 : 0));
    }

    private JsonMemory scan() {
        for (int at = 0; at < length; at++) {
            byte b = text[at];
            if (b == '"') {
                at = string(at + 1);
            } else if (b == ':') {
                names++;
            } else if (b == ',' || b == '{' || b == '[') {
                values++;
            }
        }
        return this;
    }

    /** Takes in a string, and returns where its closing quote is. */
    private int string(int start) {
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

    /** The next quote or backslash; eight bytes at a time: see "Determine if a word has a zero byte" in Bit Twiddling Hacks. */
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
