package access;

import engine.GroupOffsets;
import engine.MessageBroker;
import engine.PartitionLogs;
import java.util.function.BooleanSupplier;

/**
 * A broker as the owner of a token may use it. It follows the current rules of the owner.
 *
 * @param principal the name of the owner
 * @param isRevoked whether the token was revoked
 */
public record OwnerView(
        String principal, MessageBroker broker, PartitionLogs logs, GroupOffsets offsets, BooleanSupplier isRevoked) {}
