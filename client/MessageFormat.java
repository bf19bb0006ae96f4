package client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A template for printing messages, as in kcat. Immutable.
 *
 * <p>{@code %t} topic, {@code %p} partition, {@code %o} offset, {@code %T} timestamp in ms since 1970, {@code %k} key,
 * {@code %s} value, {@code %K} and {@code %S} their lengths in bytes of UTF-8 (-1 for no key), {@code %n} or {@code \n}
 * a line feed, {@code \t} a tab, {@code \r} a carriage return, {@code %%} and {@code \\} the characters themselves.
 */
public final class MessageFormat {
    private static final Pattern PART = Pattern.compile("%.|\\\\.|[^%\\\\]+|.", Pattern.DOTALL);
    private static final String FIELDS = "tpoTkKsSn%";

    private final List<String> parts = new ArrayList<>();

    /** @throws TypeConversionException if the letter after a percent sign is unknown */
    public MessageFormat(String template) {
        for (Matcher part = PART.matcher(template); part.find(); ) {
            String text = part.group();
            if (text.startsWith("%") && (text.length() < 2 || FIELDS.indexOf(text.charAt(1)) < 0)) {
                throw new TypeConversionException("'" + text + "' is not one of %t %p %o %T %k %K %s %S %n %%");
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
     * @param key null for none
     * @param shown how to print keys and values; their lengths stay the same
     */
    public String format(
            String topic,
            int partition,
            long offset,
            long timestamp,
            String key,
            String value,
            UnaryOperator<String> shown) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            switch (part) {
                case "%t":
                    text.append(topic);
                    break;
                case "%p":
                    text.append(partition);
                    break;
                case "%T":
                    text.append(timestamp);
                    break;
                case "%o":
                    text.append(offset);
                    break;
                case "%k":
                    text.append(key == null ? "" : shown.apply(key));
                    break;
                case "%K":
                    text.append(key == null ? -1 : utf8Length(key));
                    break;
                case "%s":
                    text.append(shown.apply(value));
                    break;
                case "%S":
                    text.append(utf8Length(value));
                    break;
                case "%n":
                case "\\n":
                    text.append('\n');
                    break;
                case "\\t":
                    text.append('\t');
                    break;
                case "\\r":
                    text.append('\r');
                    break;
                default:
                    text.append(
                            part.length() == 2 && (part.charAt(0) == '%' || part.charAt(0) == '\\')
                                    ? part.substring(1)
                                    : part);
            }
        }
        return text.toString();
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
