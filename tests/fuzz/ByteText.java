package tests.fuzz;

import java.nio.charset.StandardCharsets;

/** Bytes as text with one character a byte (ISO 8859-1), so that a request that is no valid text can be cut and joined like one. */
final class ByteText {
    private ByteText() {}

    static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The bytes of a text in UTF-8. */
    static String utf8(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bytes(String byteText) {
        return byteText.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String decoded(String byteText) {
        return new String(bytes(byteText), StandardCharsets.UTF_8);
    }

    /** The bytes in the notation of {@code printf} in a shell, between single quotes. */
    static String escaped(String byteText) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < byteText.length(); i++) {
            char c = byteText.charAt(i);
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\\' -> escaped.append("\\\\");
                case '%' -> escaped.append("%%");
                default -> escaped.append(c < ' ' || c > '~' || c == '\'' ? String.format("\\%03o", (int) c) : c);
            }
        }
        return escaped.toString();
    }
}
