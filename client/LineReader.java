package client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads text a line at a time, exactly: a line ends at a line feed and nowhere else, a carriage return is part of it, and
 * what is not UTF-8 is refused rather than mended. Not safe for use by several threads.
 */
public final class LineReader implements Closeable {
    private final BufferedInputStream in;
    private long lineNumber;

    public LineReader(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /**
     * @return the next line without its line feed; null at the end
     * @throws IOException also if the line is not UTF-8; the message names the line
     */
    public String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        lineNumber++;
        return decode(line.toByteArray());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private String decode(byte[] line) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("Line " + lineNumber + " is not UTF-8. Convert the input first, for example with iconv.", e);
        }
    }
}
