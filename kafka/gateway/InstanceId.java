package kafka.gateway;

import engine.EngineException;
import engine.Names;

/**
 * The {@code group.instance.id} of a member, which is the id of the consumer. Kafka allows no colon in it, so an id with an owner, {@code
 * owner:name}, becomes {@code _5.owner.name} with the length of the owner. Another id that starts with an underscore gets a second one.
 * Stateless.
 */
final class InstanceId {
    private InstanceId() {}

    /** @throws EngineException INVALID if it becomes too long for Kafka */
    static String of(String consumerId) {
        int separator = consumerId.indexOf(Names.OWNER_SEPARATOR);
        String encoded = separator >= 0
                ? "_" + separator + "." + consumerId.substring(0, separator) + "." + consumerId.substring(separator + 1)
                : consumerId.startsWith("_") ? "_" + consumerId : consumerId;
        if (encoded.length() > Names.MAX_LENGTH) {
            throw EngineException.invalid(
                    "consumer_id",
                    "is too long for a member of a group in Kafka. Make it " + (encoded.length() - Names.MAX_LENGTH)
                            + " characters shorter");
        }
        return encoded;
    }

    /** The id of the consumer. For a member that is not of a gateway, a text of the same form. */
    static String consumerId(String instanceId) {
        if (!instanceId.startsWith("_")) {
            return instanceId;
        }
        int dot = instanceId.indexOf('.');
        if (dot < 2 || !instanceId.substring(1, dot).matches("\\d{1,3}")) {
            return instanceId.substring(1);
        }
        int end = dot + 1 + Integer.parseInt(instanceId.substring(1, dot));
        return end < instanceId.length() && instanceId.charAt(end) == '.'
                ? Names.qualified(instanceId.substring(dot + 1, end), instanceId.substring(end + 1))
                : instanceId;
    }
}
