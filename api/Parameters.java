package api;

import engine.EngineException;
import engine.OffsetSpec;
import http.Call;
import http.Route.Parameter;

/** The parameters of paths and queries, and the ranges of numbers in requests. */
final class Parameters {
    static final int MAX_BATCH_BYTES = 32 << 20;
    static final long DEFAULT_MAX_BYTES = 1 << 20;
    static final long DEFAULT_MAX_MESSAGES = 500;
    static final long MAX_MESSAGES_LIMIT = 1_000_000;
    private static final long MAX_WAIT_MS = 60_000;

    static final Parameter TOPIC = new Parameter("topic", String.class, "The topic.", "demo");
    static final Parameter GROUP = new Parameter("group", String.class, "The group.", "g");
    static final Parameter TOPIC_FILTER = new Parameter("topic", String.class, "Only consumers of this topic.", null);
    static final Parameter GROUP_FILTER = new Parameter("group", String.class, "Only members of this group.", null);
    static final Parameter CONSUMER_ID = new Parameter("consumer_id", String.class, "The consumer.", "alice");
    static final Parameter BODY_TOPIC =
            new Parameter("topic", String.class, "The topic, if the body does not name it.", null);
    static final Parameter BODY_PRODUCER_ID = new Parameter(
            "producer_id",
            String.class,
            "The producer that `sequence` belongs to. Required with it; only for bodies that are not JSON.",
            null);
    static final Parameter BODY_SEQUENCE = new Parameter(
            "sequence",
            long.class,
            "The number of messages that this producer has sent to this topic before; only for bodies that are not JSON.",
            null);
    static final Parameter PARTITION = new Parameter("partition", long.class, "The partition.", 0);
    static final Parameter STREAM_PARTITION =
            new Parameter("partition", long.class, "The partition. Default: all partitions.", null);
    static final Parameter OFFSET =
            new Parameter("offset", String.class, "`earliest`, `latest` or an offset.", "earliest");
    static final Parameter TIMESTAMP = new Parameter(
            "timestamp",
            long.class,
            "The first message of this time or later, in ms since 1970. Replaces `offset`.",
            null);
    static final Parameter MAX_MESSAGES =
            new Parameter("max_messages", long.class, "The maximum number of messages.", DEFAULT_MAX_MESSAGES);
    static final Parameter MIN_MESSAGES =
            new Parameter("min_messages", long.class, "The number of messages to wait for.", 1);
    static final Parameter WAIT_MS =
            new Parameter("wait_ms", long.class, "The maximum time to wait, in ms, up to 60000.", 0);

    private Parameters() {}

    /** The start of a read, from the parameters {@link #OFFSET} and {@link #TIMESTAMP}. */
    static OffsetSpec start(Call call) {
        return call.query("timestamp") == null
                ? OffsetSpec.parse("offset", call.query("offset"))
                : OffsetSpec.at(call.query("timestamp", 0));
    }

    static long waitMs(long given) {
        return range("wait_ms", given, 0, MAX_WAIT_MS);
    }

    /** @throws EngineException INVALID if the value is not from min to max */
    static long range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw EngineException.invalid(field, "must be from " + min + " to " + max + ", but is " + value);
        }
        return value;
    }

    static long or(Long given, long defaultValue) {
        return given == null ? defaultValue : given;
    }
}
