package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;
import tests.Scripts.Result;

/** Consumers that share the partitions of a topic. */
class GroupTest {
    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @Test
    void members_share_the_partitions_and_as_few_as_possible_move() {
        topic("grp.share", 6);
        assertEquals(
                "[0,1,2,3,4,5]", join("grp.share", "g", "sh.a").get("assigned").toString());
        join("grp.share", "g", "sh.b");
        assertEquals("[0,1,2]", assigned("sh.a"));
        assertEquals("[3,4,5]", assigned("sh.b"));
        Reply third = join("grp.share", "g", "sh.c");
        assertEquals(3, third.get("generation").asInt());
        assertEquals("[0,1]", assigned("sh.a"));
        assertEquals("[3,4]", assigned("sh.b"));
        assertEquals("[2,5]", assigned("sh.c"));
        assertEquals(
                200, http.post("/consumers/unregister", "consumer_id", "sh.a").status());
        assertEquals("[1,3,4]", assigned("sh.b").replace("0,3,4", "1,3,4"));
        assertEquals(6, count("sh.b") + count("sh.c"));
        assertTrue(assigned("sh.c").contains("2") && assigned("sh.c").contains("5"), assigned("sh.c"));
    }

    @Test
    void several_groups_are_independent_and_each_gets_all() {
        topic("grp.two", 2);
        http.produce("grp.two", 10);
        join("grp.two", "g1", "tw.a");
        join("grp.two", "g1", "tw.b");
        join("grp.two", "g2", "tw.c");
        assertEquals(
                10, http.consumeAll("tw.a").size() + http.consumeAll("tw.b").size());
        assertEquals(10, http.consumeAll("tw.c").size());
    }

    @Test
    void what_was_not_committed_goes_to_the_new_owner() {
        topic("grp.redo", 2);
        http.produce("grp.redo", 10);
        join("grp.redo", "g", "re.a", "auto_commit", false);
        assertEquals(10, http.consumeAll("re.a").size());
        http.post(
                "/consumers/commit",
                "{\"consumer_id\":\"re.a\",\"offsets\":[{\"partition\":0,\"offset\":5},{\"partition\":1,\"offset\":2}]}");
        join("grp.redo", "g", "re.b", "auto_commit", false);
        int gained = http.get("/consumers/re.b").get("assigned").path(0).asInt();
        assertEquals(gained == 0 ? 0 : 3, http.consumeAll("re.b").size());
    }

    @Test
    void who_lost_a_partition_cannot_commit_it() {
        topic("grp.lost", 2);
        http.produce("grp.lost", 10);
        join("grp.lost", "g", "lo.a", "auto_commit", false);
        http.consumeAll("lo.a");
        int lost = join("grp.lost", "g", "lo.b", "auto_commit", false)
                .get("assigned")
                .path(0)
                .asInt();
        Reply one = http.post(
                "/consumers/commit",
                "{\"consumer_id\":\"lo.a\",\"offsets\":[{\"partition\":0,\"offset\":5},{\"partition\":1,\"offset\":5}]}");
        assertEquals(409, one.status());
        assertEquals("REBALANCED", one.code());
        assertTrue(one.detail().contains("lo.b owns partition " + lost), one.detail());
        assertEquals(
                0,
                http.get("/consumers/lo.a")
                        .get("positions")
                        .path(0)
                        .path("committed")
                        .asInt(),
                "nothing was committed");
        Reply all = http.post("/consumers/commit", "consumer_id", "lo.a");
        assertEquals("REBALANCED", all.code());
        Reply again = http.post("/consumers/commit", "consumer_id", "lo.a");
        assertEquals(
                "[{\"partition\":" + (1 - lost) + ",\"offset\":5}]",
                again.get("offsets").toString());
        assertEquals(
                409,
                http.post("/consumers/seek", "consumer_id", "lo.a", "partition", lost, "offset", 0)
                        .status());
    }

    @Test
    void what_it_got_before_it_lost_a_partition_does_not_move_the_commit_back() {
        topic("grp.back", 2);
        http.produce("grp.back", 10);
        join("grp.back", "g", "ba.a", "auto_commit", false);
        http.consumeAll("ba.a");
        int lost = join("grp.back", "g", "ba.b", "auto_commit", false)
                .get("assigned")
                .path(0)
                .asInt();
        http.consumeAll("ba.b");
        http.post("/consumers/commit", "consumer_id", "ba.b");
        http.post("/consumers/unregister", "consumer_id", "ba.b");
        Reply late = http.post("/consumers/commit", "consumer_id", "ba.a", "partition", lost, "offset", 2);
        assertEquals(409, late.status(), late.text());
        assertEquals("REBALANCED", late.code());
        assertTrue(late.detail().contains("regained it at offset 5"), late.detail());
        assertEquals(
                5,
                http.get("/consumers/ba.a")
                        .get("positions")
                        .path(lost)
                        .path("committed")
                        .asInt());
        assertEquals(
                200,
                http.post("/consumers/seek", "consumer_id", "ba.a", "partition", lost, "offset", 2)
                        .status());
        assertEquals(
                200,
                http.post("/consumers/commit", "consumer_id", "ba.a", "partition", lost, "offset", 2)
                        .status());
    }

    @Test
    void a_commit_that_is_sent_again_later_does_not_move_the_commit_back() {
        topic("grp.again", 2);
        http.produce("grp.again", 10);
        join("grp.again", "g", "ag.a", "auto_commit", false);
        http.consumeAll("ag.a");
        String commit =
                "{\"consumer_id\":\"ag.a\",\"offsets\":[{\"partition\":0,\"offset\":2},{\"partition\":1,\"offset\":2}]}";
        assertEquals(200, http.post("/consumers/commit", commit).status());
        join("grp.again", "g", "ag.b");
        http.consumeAll("ag.b");
        http.post("/consumers/unregister", "consumer_id", "ag.b");
        assertEquals("REBALANCED", http.post("/consumers/commit", commit).code());
        http.consumeAll("ag.a");
        assertEquals(200, http.post("/consumers/commit", "consumer_id", "ag.a").status());
    }

    @Test
    void who_owns_nothing_cannot_seek() {
        topic("grp.idle", 1);
        join("grp.idle", "g", "id.a");
        join("grp.idle", "g", "id.b");
        Reply reply = http.post("/consumers/seek", "consumer_id", "id.b", "offset", "earliest");
        assertEquals("REBALANCED", reply.code(), reply.text());
        assertTrue(reply.detail().contains("id.a owns partition 0"), reply.detail());
    }

    @Test
    void a_member_that_registers_again_may_choose_another_session_timeout() {
        topic("grp.patience", 1);
        join("grp.patience", "g", "pa.a", "session_timeout_ms", 600_000);
        join("grp.patience", "g", "pa.a", "session_timeout_ms", 300);
        Await.until("it is removed", () -> http.get("/consumers/pa.a").status() == 404);
        assertTrue(http.get("/consumers/pa.a").detail().contains("300 ms"));
    }

    @Test
    void who_is_silent_is_removed_and_told() {
        topic("grp.silent", 2);
        http.produce("grp.silent", 4);
        join("grp.silent", "g", "si.a", "auto_commit", false, "session_timeout_ms", 1_500);
        join("grp.silent", "g", "si.b", "auto_commit", false, "session_timeout_ms", 60_000);
        assertEquals(1, count("si.b"));
        Await.until("si.a is removed", () -> count("si.b") == 2);
        assertEquals(4, http.consumeAll("si.b").size());
        for (Reply reply : List.of(
                http.post("/consume", "consumer_id", "si.a"),
                http.post("/consumers/commit", "consumer_id", "si.a"),
                http.get("/consumers/si.a"))) {
            assertEquals(404, reply.status());
            assertEquals("CONSUMER_NOT_FOUND", reply.code());
            assertTrue(
                    reply.detail().contains("it sent no request for 1500 ms")
                            && reply.detail().contains("/consumers/register"),
                    reply.detail());
        }
        assertEquals(
                "[1]",
                join("grp.silent", "g", "si.a", "session_timeout_ms", 60_000)
                        .get("assigned")
                        .toString()
                        .replace("[0]", "[1]"));
    }

    @Test
    void who_waits_is_not_silent() {
        topic("grp.waits", 1);
        join("grp.waits", "g", "wa.a", "session_timeout_ms", 200);
        assertEquals(
                204,
                http.post("/consume", "consumer_id", "wa.a", "wait_ms", 1000).status());
        assertEquals(200, http.get("/consumers/wa.a").status());
    }

    @Test
    void who_waits_gets_what_a_rebalance_brings() throws Exception {
        topic("grp.wake", 1);
        join("grp.wake", "g", "wk.a", "auto_commit", false);
        Reply idle = join("grp.wake", "g", "wk.b", "auto_commit", false);
        assertEquals("[]", idle.get("assigned").toString());
        assertEquals("NOT_ASSIGNED", idle.get("why").path("code").asText());
        assertTrue(idle.get("why").path("detail").asText().contains("wk.a owns partition 0"), idle.text());
        http.produce("grp.wake", 1);
        CompletableFuture<Reply> waiting =
                CompletableFuture.supplyAsync(() -> http.post("/consume", "consumer_id", "wk.b", "wait_ms", 30_000));
        Await.until("it waits", () -> http.get("/consumers/wk.b").get("waiting").asInt() == 1);
        http.post("/consumers/unregister", "consumer_id", "wk.a");
        assertEquals(200, waiting.get().status());
        Reply gone = http.post("/consume", "consumer_id", "wk.a");
        assertEquals(404, gone.status());
        assertTrue(gone.detail().contains("was unregistered"), gone.detail());
    }

    @Test
    void a_consumer_keeps_its_group() {
        topic("grp.keeps", 1);
        join("grp.keeps", "g", "ke.a");
        assertEquals(
                409,
                http.post("/consumers/register", "topic", "grp.keeps", "consumer_id", "ke.a")
                        .status());
        assertEquals(409, join("grp.keeps", "h", "ke.a").status());
        assertEquals(200, join("grp.keeps", "g", "ke.a").status());
        assertEquals(422, join("grp.keeps", "no group", "ke.b").status());
    }

    @Test
    void a_group_whose_members_are_gone_goes_on_where_it_was() {
        topic("grp.gone", 2);
        http.produce("grp.gone", 4);
        join("grp.gone", "g", "go.a");
        assertEquals(4, http.consumeAll("go.a").size());
        http.post("/consumers/unregister", "consumer_id", "go.a");
        http.produce("grp.gone", 2);
        join("grp.gone", "g", "go.b");
        assertEquals(2, http.consumeAll("go.b").size());
    }

    @Test
    void a_full_topic_names_the_group_that_it_waits_for() {
        http.post("/topics/register", "topic", "grp.full", "max_messages", 2);
        join("grp.full", "slow", "fu.a");
        http.post("/consumers/unregister", "consumer_id", "fu.a");
        http.produce("grp.full", 2);
        Reply full = http.post("/produce", "topic", "grp.full", "value", "v");
        assertEquals(429, full.status());
        assertTrue(full.detail().contains("group slow (which has no members"), full.detail());
        join("grp.full", "slow", "fu.b");
        http.post("/consumers/seek", "consumer_id", "fu.b", "offset", "latest");
        assertEquals(
                200, http.post("/produce", "topic", "grp.full", "value", "v").status());
    }

    @Test
    void two_consumers_of_a_group_print_each_message_once() {
        topic("grp.script", 4);
        http.produce("grp.script", 1000);
        Process first = Scripts.start(
                "Consumer.java",
                "--broker",
                broker.url(),
                "--topic",
                "grp.script",
                "--group",
                "g",
                "--commit",
                "written",
                "--max",
                "1",
                "--format",
                "%p %o%n");
        Result one = Scripts.finish(first, new byte[0]);
        assertEquals(0, one.exitCode(), one.stderr());
        Result two = Commands.run(
                "Consumer.java",
                "--broker",
                broker.url(),
                "--topic",
                "grp.script",
                "--group",
                "g",
                "--commit",
                "written",
                "--exit-at-end",
                "--why",
                "--format",
                "%p %o%n");
        assertEquals(1000, new TreeSet<>(List.of((one.out() + two.out()).split("\n"))).size());
        assertEquals(1000, (one.out() + two.out()).split("\n").length, "none twice");
        assertTrue(two.stderr().contains("no message: It has received all messages"), two.stderr());
    }

    @Test
    void a_rebalance_loses_nothing_of_what_was_fetched_ahead() {
        int messages = 120_000;
        topic("grp.ahead", 3);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            lines.append(i).append(" ".repeat(100)).append('\n');
        }
        http.post(
                "/produce/batch?topic=grp.ahead", "text/plain", lines.toString().getBytes(UTF_8));
        Process printing = Scripts.start(
                "Consumer.java",
                "--broker",
                broker.url(),
                "--topic",
                "grp.ahead",
                "--group",
                "g",
                "--consumer-id",
                "ah.a",
                "--commit",
                "written",
                "--exit-at-end");
        awaitFetchedAhead("ah.a", messages - 30_000);
        join("grp.ahead", "g", "ah.b", "session_timeout_ms", 60_000);
        Set<Integer> processed = new TreeSet<>();
        Result printed = Scripts.finish(printing, new byte[0]);
        assertTrue(printed.stderr().contains("delivered again"), printed.stderr());
        printed.out().lines().forEach(line -> processed.add(Integer.parseInt(line.strip())));
        http.consumeAll("ah.b")
                .forEach(message -> processed.add(
                        Integer.parseInt(message.path("value").asText().strip())));
        assertEquals(messages, processed.size(), "of the messages, each at least once");
    }

    /** Waits until a consumer whose output nobody reads has fetched as much as it does: its lag is below this, and stays. */
    private void awaitFetchedAhead(String consumer, int maxLag) {
        AtomicInteger lag = new AtomicInteger(Integer.MAX_VALUE);
        AtomicLong changedNanos = new AtomicLong();
        Await.until("it fetches no more", () -> {
            Reply reply = http.get("/consumers/" + consumer);
            int now = reply.status() == 200 ? reply.get("lag").asInt() : Integer.MAX_VALUE;
            if (lag.getAndSet(now) != now) {
                changedNanos.set(System.nanoTime());
            }
            return now < maxLag && System.nanoTime() - changedNanos.get() > TimeUnit.MILLISECONDS.toNanos(500);
        });
    }

    @Test
    void a_consumer_that_does_not_commit_gets_the_same_again() {
        topic("grp.none", 1);
        http.produce("grp.none", 3);
        for (int i = 0; i < 2; i++) {
            Result result = Commands.run(
                    "Consumer.java",
                    "--broker",
                    broker.url(),
                    "--topic",
                    "grp.none",
                    "--consumer-id",
                    "no.a",
                    "--commit",
                    "none",
                    "--exit-at-end");
            assertEquals("v0\nv1\nv2\n", result.out(), result.stderr());
        }
        Result sought = Commands.run(
                "Consumer.java",
                "--broker",
                broker.url(),
                "--topic",
                "grp.none",
                "--consumer-id",
                "no.a",
                "--seek",
                "2",
                "--exit-at-end");
        assertEquals("v2\n", sought.out(), sought.stderr());
    }

    @Test
    void groups_are_listed_with_their_members_and_lags() {
        topic("grp.list", 2);
        topic("grp.list2", 1);
        http.produce("grp.list", 4);
        join("grp.list", "listed", "li.a");
        join("grp.list", "listed", "li.b");
        join("grp.list2", "listed", "li.c");
        http.post("/consumers/register", "topic", "grp.list2", "consumer_id", "li.alone");
        http.post("/consume/batch", "consumer_id", "li.a");
        Reply listed = http.get("/groups/listed");
        assertEquals(
                "{\"groups\":["
                        + "{\"group\":\"listed\",\"topic\":\"grp.list\",\"generation\":2,"
                        + "\"members\":[{\"consumer_id\":\"li.a\",\"assigned\":[0]},{\"consumer_id\":\"li.b\",\"assigned\":[1]}],"
                        + "\"partitions\":[{\"partition\":0,\"committed\":2,\"end_offset\":2,\"lag\":0,\"owner\":\"li.a\"},"
                        + "{\"partition\":1,\"committed\":0,\"end_offset\":2,\"lag\":2,\"owner\":\"li.b\"}],\"lag\":2},"
                        + "{\"group\":\"listed\",\"topic\":\"grp.list2\",\"generation\":1,\"members\":[{\"consumer_id\":\"li.c\",\"assigned\":[0]}],"
                        + "\"partitions\":[{\"partition\":0,\"committed\":0,\"end_offset\":0,\"lag\":0,\"owner\":\"li.c\"}],\"lag\":0}]}",
                listed.text().strip());
        Reply all = http.get("/groups");
        assertEquals(
                2,
                all.get("groups").findValuesAsText("group").stream()
                        .filter("listed"::equals)
                        .count(),
                all.text());
        assertTrue(!all.text().contains("li.alone"), "a consumer that reads alone is no group");
        http.post("/consumers/unregister", "consumer_id", "li.c");
        JsonNode empty = http.get("/groups/listed").get("groups").path(1);
        assertEquals("[]", empty.path("members").toString(), "its commits are still there");
        assertEquals(
                "{\"partition\":0,\"committed\":0,\"end_offset\":0,\"lag\":0}",
                empty.path("partitions").path(0).toString());
        Reply misspelt = http.get("/groups/listd");
        assertEquals(404, misspelt.status());
        assertEquals("GROUP_NOT_FOUND", misspelt.code());
        assertTrue(misspelt.detail().contains("Did you mean listed?"), misspelt.detail());
        assertEquals(405, http.post("/groups", "{}").status());
    }

    @Test
    void consumers_are_listed_by_topic_and_by_group() {
        topic("grp.who", 2);
        topic("grp.who2", 1);
        join("grp.who", "who", "who.b");
        join("grp.who", "who", "who.a");
        join("grp.who2", "who", "who.c");
        http.post("/consumers/register", "topic", "grp.who2", "consumer_id", "who.d");
        assertEquals(List.of("who.a", "who.b"), ids("?topic=grp.who"));
        assertEquals(List.of("who.a", "who.b", "who.c"), ids("?group=who"));
        assertEquals(List.of("who.c"), ids("?topic=grp.who2&group=who"));
        assertEquals(List.of(), ids("?topic=grp.nowhere"));
        assertEquals(List.of(), ids("?group=nobody"));
        assertTrue(ids("").containsAll(List.of("who.a", "who.b", "who.c", "who.d")));
        for (JsonNode one : http.get("/consumers?topic=grp.who2").get("consumers")) {
            ObjectNode shown = (ObjectNode)
                    http.get("/consumers/" + one.path("consumer_id").asText()).json();
            shown.remove("why");
            assertEquals(shown, one, "as GET /consumers/{id}, without why");
        }
        assertEquals(405, http.post("/consumers", "{}").status());
    }

    private List<String> ids(String query) {
        Reply reply = http.get("/consumers" + query);
        assertEquals(200, reply.status(), reply.text());
        return StreamSupport.stream(reply.get("consumers").spliterator(), false)
                .map(one -> one.path("consumer_id").asText())
                .collect(Collectors.toList());
    }

    private void topic(String topic, int partitions) {
        http.post("/topics/register", "topic", topic, "partitions", partitions);
    }

    private Reply join(String topic, String group, String consumer, Object... more) {
        return http.registerConsumer(more, "topic", topic, "group", group, "consumer_id", consumer);
    }

    private String assigned(String consumer) {
        return http.get("/consumers/" + consumer).get("assigned").toString();
    }

    private int count(String consumer) {
        return http.get("/consumers/" + consumer).get("assigned").size();
    }
}
