package client;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A position to read from, as a user writes it. Exactly one of the three is not null. Immutable.
 *
 * @param offset earliest, latest, or an offset
 * @param timestamp in ms since 1970: the first message with this timestamp or a later one
 * @param fromEnd how many messages before the end of each partition
 */
public record OffsetSpec(String offset, Long timestamp, Long fromEnd) {
    private static final Pattern NUMBER = Pattern.compile("(-?)(\\d{1,18})");

    /** {@code +01} and {@code +0100} after a time. The JDK's formatter accepts only {@code +01:00}. */
    private static final String SHORT_ZONE = "(:\\d\\d(?:\\.\\d+)?)([+-]\\d\\d)$";

    private static final String LONG_ZONE = "(:\\d\\d(?:\\.\\d+)?)([+-]\\d\\d)(\\d\\d)$";

    private static final String EXAMPLES =
            "earliest, latest (or now), an offset such as 42, -10 (10 messages before the end), "
                    + "a date such as 2026-01-31, or a time such as 2026-01-31T12:00 or 2026-01-31T12:00:00Z";

    /**
     * Parses a position.
     *
     * @param zone of times without a zone
     * @throws IllegalArgumentException whose message lists the valid forms
     */
    static OffsetSpec parse(String given, ZoneId zone) {
        String text = given.strip();
        Matcher number = NUMBER.matcher(text);
        if (number.matches()) {
            return number.group(1).isEmpty()
                    ? new OffsetSpec(number.group(2), null, null)
                    : new OffsetSpec(null, null, Long.parseLong(number.group(2)));
        }
        switch (text.toLowerCase(Locale.ROOT)) {
            case "earliest":
                return new OffsetSpec("earliest", null, null);
            case "latest":
            case "now":
                return new OffsetSpec("latest", null, null);
            default:
                return new OffsetSpec(null, Math.max(0, time(text, zone)), null);
        }
    }

    /** Whether a consumer can register with this position. Otherwise it has to seek. */
    public boolean isStart() {
        return offset != null;
    }

    /** For picocli. */
    public static final class Converter implements ITypeConverter<OffsetSpec> {
        @Override
        public OffsetSpec convert(String text) {
            try {
                return parse(text, ZoneId.systemDefault());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static long time(String text, ZoneId zone) {
        try {
            return (text.contains(":")
                            ? dateAndTime(text, zone)
                            : LocalDate.parse(text).atStartOfDay(zone))
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) { // a year may be out of range
            throw new IllegalArgumentException("'" + text + "' is not one of: " + EXAMPLES);
        }
    }

    private static ZonedDateTime dateAndTime(String text, ZoneId zone) {
        String iso =
                text.replaceFirst(" +", "T").replaceFirst(SHORT_ZONE, "$1$2:00").replaceFirst(LONG_ZONE, "$1$2:$3");
        TemporalAccessor time =
                DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, ZonedDateTime::from, LocalDateTime::from);
        return time instanceof ZonedDateTime zoned ? zoned : ((LocalDateTime) time).atZone(zone);
    }
}
