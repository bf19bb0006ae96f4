package access;

import engine.ConsumerState;
import engine.EngineException;
import engine.GroupState;
import engine.Names;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Adds the owner to the ids of a principal, and removes it from what the engine answers: see {@link Names#qualified}. Immutable. */
final class OwnIds {
    /** An id with its owner in a text of the engine, which quotes only what a client sent. */
    private static final Pattern QUALIFIED = Pattern.compile(
            "(?<![A-Za-z0-9._\"'-])[A-Za-z0-9._-]+" + Names.OWNER_SEPARATOR + "[A-Za-z0-9._-]+?(?=[ ,;)]|\\. |\\.?$)");

    /** An id before the partitions that it owns. It has no owner if it was registered without access control. */
    private static final Pattern OWNING = Pattern.compile("[A-Za-z0-9._:-]+(?= owns )");

    /** The reader that keeps a topic from dropping messages. */
    private static final Pattern READER =
            Pattern.compile("(group|consumer) ([A-Za-z0-9._:-]+)(?: \\([^)]*\\))? has not read");

    private static final String OTHER = "a consumer of another principal";

    private final String owner;
    private final String prefix;

    OwnIds(String owner) {
        this.owner = owner;
        this.prefix = Names.qualified(owner, "");
    }

    String qualified(String id) {
        return Names.qualified(owner, id);
    }

    boolean isOwn(String qualified) {
        return qualified.startsWith(prefix);
    }

    /** The ids that belong to the principal, without their owner. */
    List<String> ownOf(List<String> qualified) {
        return qualified.stream().filter(this::isOwn).map(this::name).collect(Collectors.toList());
    }

    ConsumerState own(ConsumerState consumer) {
        return consumer.withId(name(consumer.consumerId()), this::text);
    }

    /** The group with the principal's own members only. */
    GroupState own(GroupState group) {
        return new GroupState(
                group.group(),
                group.topic(),
                group.generation(),
                group.members().stream()
                        .filter(member -> isOwn(member.consumerId()))
                        .map(member -> new GroupState.Member(name(member.consumerId()), member.assigned()))
                        .collect(Collectors.toList()),
                group.partitions().stream().map(this::own).collect(Collectors.toList()));
    }

    private GroupState.Partition own(GroupState.Partition partition) {
        String member = partition.owner();
        return new GroupState.Partition(
                partition.partition(),
                partition.committed(),
                partition.endOffset(),
                partition.lag(),
                member == null || !isOwn(member) ? null : name(member));
    }

    /** The same error with the text that the principal may read. */
    EngineException own(EngineException e) {
        String text = text(e.getMessage());
        return text.equals(e.getMessage()) ? e : new EngineException(e.code(), text);
    }

    /**
     * The same error without the reader that it names, unless the principal may know of it.
     *
     * @param seesGroup whether the principal may know of a group
     */
    EngineException withoutReader(EngineException e, Predicate<String> seesGroup) {
        Matcher reader = READER.matcher(e.getMessage());
        boolean isSeen = !reader.find()
                || (reader.group(1).equals("group") ? seesGroup.test(reader.group(2)) : isOwn(reader.group(2)));
        return isSeen
                ? e
                : new EngineException(e.code(), reader.replaceFirst("a reader of another principal has not read"));
    }

    /** The text with the principal's ids without their owner, and without the ids of others. */
    private String text(String given) {
        String text = OWNING.matcher(given).replaceAll(id -> isOwn(id.group()) ? id.group() : OTHER);
        return QUALIFIED.matcher(text).replaceAll(id -> isOwn(id.group()) ? name(id.group()) : OTHER);
    }

    private String name(String qualified) {
        return qualified.substring(prefix.length());
    }
}
