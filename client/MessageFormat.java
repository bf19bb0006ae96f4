package client;

import cli.ControlCharacters;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A template for printing messages, as in kcat. Immutable.
 *
 * <p>{@code %t} topic, {@code %p} partition, {@code %o} offset, {@code %T} timestamp in ms since 1970, {@code %k} key,
 * {@code %s} value, {@code %K} and {@code %S} their lengths in bytes (-1 for no key, or for null), {@code %h} headers as
 * {@code name=value,name=NULL}, {@code %n} or {@code \n} a line feed, {@code \t} a tab, {@code \r} a carriage return,
 * {@code %%} and {@code \\} the characters themselves.
 */
public final class MessageFormat {
    private static final Pattern PART = Pattern.compile("%.|\\\\.|[^%\\\\]+|.", Pattern.DOTALL);
    private static final String FIELDS = "tpoTkKsShn%";

    private final List<String> parts = new ArrayList<>();

    /** @throws TypeConversionException if the letter after a percent sign is unknown */
    public MessageFormat(String template) {
        for (Matcher part = PART.matcher(template); part.find(); ) {
            String text = part.group();
            if (text.startsWith("%") && (text.length() < 2 || FIELDS.indexOf(text.charAt(1)) < 0)) {
                throw new TypeConversionException("'" + text + "' is not one of %t %p %o %T %k %K %s %S %h %n %%");
            }
            parts.add(text);
        }
    }

    /** For picocli. */
    public static final class Converter implements ITypeConverter<MessageFormat> {
        @Override
        public MessageFormat convert(String template) {
            return new MessageFormat(template);
        }
    }

    /**
     * Formats one message.
     *
     * @param isForTerminal whether to make control characters, and bytes that are not UTF-8, visible: see
     *     {@link ControlCharacters}; lengths stay the same
     */
    void write(ReceivedMessage message, boolean isForTerminal, ByteArrayOutputStream out) {
        for (String part : parts) {
            switch (part) {
                case "%t":
                    write(message.topic(), out);
                    break;
                case "%p":
                    write(String.valueOf(message.partition()), out);
                    break;
                case "%T":
                    write(String.valueOf(message.timestamp()), out);
                    break;
                case "%o":
                    write(String.valueOf(message.offset()), out);
                    break;
                case "%k":
                    write(message.key(), isForTerminal, out);
                    break;
                case "%K":
                    write(String.valueOf(length(message.key())), out);
                    break;
                case "%s":
                    write(message.value(), isForTerminal, out);
                    break;
                case "%S":
                    write(String.valueOf(length(message.value())), out);
                    break;
                case "%h":
                    writeHeaders(message.headers(), isForTerminal, out);
                    break;
                case "%n":
                case "\\n":
                    out.write('\n');
                    break;
                case "\\t":
                    out.write('\t');
                    break;
                case "\\r":
                    out.write('\r');
                    break;
                default:
                    write(
                            part.length() == 2 && (part.charAt(0) == '%' || part.charAt(0) == '\\')
                                    ? part.substring(1)
                                    : part,
                            out);
            }
        }
    }

    private static void writeHeaders(
            List<ReceivedMessage.Header> headers, boolean isForTerminal, ByteArrayOutputStream out) {
        String separator = "";
        for (ReceivedMessage.Header header : headers) {
            write(separator, out);
            write(header.name().getBytes(StandardCharsets.UTF_8), isForTerminal, out);
            write("=", out);
            if (header.value() == null) {
                write("NULL", out);
            } else {
                write(header.value(), isForTerminal, out);
            }
            separator = ",";
        }
    }

    private static void write(byte[] bytes, boolean isForTerminal, ByteArrayOutputStream out) {
        if (bytes != null && isForTerminal) {
            write(ControlCharacters.escape(bytes), out);
        } else if (bytes != null) {
            out.writeBytes(bytes);
        }
    }

    private static void write(String text, ByteArrayOutputStream out) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int length(byte[] bytes) {
        return bytes == null ? -1 : bytes.length;
    }
}
