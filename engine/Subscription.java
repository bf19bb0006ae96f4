package engine;

/**
 * What a consumer reads. It stays the same until the consumer is removed.
 *
 * @param group null for a consumer without a group
 */
public record Subscription(String topic, String group) {}
