package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who gets which partition: a function, tried with words. */
public class StickyAssignorTest {
    @Test
    void the_first_member_gets_all_and_the_second_takes_as_few_as_it_must() {
        assertEquals(owners("a a a a a"), assign("- - - - -", "a"));
        assertEquals(owners("a a a b b"), assign("a a a a a", "a b"));
        assertEquals(owners("a a c b b"), assign("a a a b b", "a b c"));
    }

    @Test
    void what_a_member_leaves_goes_to_those_who_have_least() {
        assertEquals(owners("a a a b b"), assign("a a - b b", "a b"));
        assertEquals(owners("a a a b b"), assign("a a - - b", "a b"));
        assertEquals(owners("a a c b b"), assign("- a c b b", "a b c"));
        assertEquals(owners("- - -"), assign("- - -", ""));
    }

    @Test
    void without_a_partition_for_each_those_who_joined_first_have_one() {
        assertEquals(owners("a b"), assign("- -", "a b c d"));
        assertEquals(owners("c b"), assign("c -", "b c d"));
        assertEquals(owners("d c"), assign("d c", "a b c d"), "those who have one keep it");
    }

    /** Anything else would be a rebalance that moves what need not move, or an assignment that is not fair. */
    @Test
    void whatever_happens_it_is_even_and_moves_no_more_than_it_must() {
        Random random = new Random(7);
        for (int run = 0; run < 300; run++) {
            List<Integer> owners = new ArrayList<>(Collections.nCopies(1 + random.nextInt(20), null));
            List<Integer> members = new ArrayList<>();
            for (int step = 0; step < 30; step++) {
                if (members.isEmpty() || random.nextInt(3) > 0) {
                    members.add(1000 * run + step);
                } else {
                    int left = members.remove(random.nextInt(members.size()));
                    owners.replaceAll(owner -> owner != null && owner == left ? null : owner);
                }
                List<Integer> next = StickyAssignor.assign(owners, members.iterator());
                assertEvenAndSticky(owners, next, members);
                owners = new ArrayList<>(next);
            }
        }
    }

    private static void assertEvenAndSticky(List<Integer> before, List<Integer> after, List<Integer> members) {
        String what = before + " of " + members + " became " + after;
        if (members.isEmpty()) {
            assertTrue(after.stream().allMatch(owner -> owner == null), what);
            return;
        }
        int owning = Math.min(members.size(), before.size());
        List<Integer> sizes = members.stream()
                .map(member -> Collections.frequency(after, member))
                .collect(Collectors.toList());
        assertEquals(before.size(), sizes.stream().mapToInt(size -> size).sum(), what);
        assertEquals(owning, sizes.stream().filter(size -> size > 0).count(), what);
        int most = (before.size() + owning - 1) / owning;
        assertTrue(sizes.stream().allMatch(size -> size == 0 || size == most || size == before.size() / owning), what);
        for (int member : members) {
            int had = Collections.frequency(before, member);
            int kept = 0;
            for (int p = 0; p < before.size(); p++) {
                kept += before.get(p) != null
                                && before.get(p) == member
                                && after.get(p) != null
                                && after.get(p) == member
                        ? 1
                        : 0;
            }
            assertEquals(Math.min(had, Collections.frequency(after, member)), kept, what + ": member " + member);
        }
    }

    private static List<String> assign(String owners, String members) {
        List<String> known = members.isEmpty() ? List.of() : Arrays.asList(members.split(" "));
        return StickyAssignor.assign(owners(owners), known.iterator());
    }

    private static List<String> owners(String text) {
        return Arrays.stream(text.split(" "))
                .map(owner -> owner.equals("-") ? null : owner)
                .collect(Collectors.toList());
    }
}
