package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The tour of the page in a real browser, and the consumers that crash on it. */
class TourTest {
    @Test
    void a_learner_walks_through_all_lessons() {
        BrokerProcess broker = BrokerProcess.start();
        try (Page page = Page.open(broker.url())) {
            page.click("#open-tour");
            page.awaitText("#tour-title", "Lesson 1 of 10: Offsets");
            assertEquals(List.of(), page.accessibilityFaults());
            produce(page, "a", "");
            produce(page, "b", "");
            page.awaitText("#events", "Produced: offset 1");
            assertFalse(page.find("#tour-next").isEnabled(), "two messages are not three");
            produce(page, "c", "");
            next(page, "offsets 0, 1 and 2");

            page.awaitText("#tour-title", "Two readers");
            String alice = addSuggested(page);
            addSuggested(page);
            click(page, alice, "step");
            next(page, "All messages are still in the log");

            page.awaitText("#tour-title", "Keys and partitions");
            page.awaitText("#lanes", "partition 2");
            for (String key : List.of("tea", "coffee", "tea", "coffee")) {
                produce(page, "with " + key, key);
            }
            next(page, "All messages of a key are in one partition");

            page.awaitText("#tour-title", "Groups");
            String carol = addSuggested(page);
            click(page, carol, "run");
            next(page, "owns all three partitions");

            page.awaitText("#tour-title", "Rebalance");
            guess(page, 2);
            page.awaitText("#tour-task", "to the group team-");
            addSuggested(page);
            next(page, "Your guess was right. The consumers divide the partitions.");

            page.awaitText("#tour-title", "Commit and redelivery");
            guess(page, 1);
            String erin = addSuggested(page);
            click(page, erin, "crash-before");
            page.awaitText("[data-consumer=" + erin + "] .count", "crashed");
            click(page, erin, "restart");
            Await.until(
                    "it is back at 0",
                    () -> page.markerOffset("partition 0", erin).equals("0"));
            click(page, erin, "step");
            page.awaitText("#events", "Delivered again: offset 0 of partition 0 to " + erin);
            page.awaitText("[data-consumer=" + erin + "] .counts", "1 delivered again");
            assertEquals(1, page.findAll(".cell[data-mark=again]").size());
            next(page, "Your guess was different. The broker delivers it again");

            page.awaitText("#tour-title", "Lag");
            guess(page, 2);
            click(page, alice, "run");
            page.awaitText("[data-consumer=" + alice + "] .count", "lag 0");
            click(page, alice, "run");
            click(page, alice, "seek");
            next(page, "the number of all messages, here 3");

            page.awaitText("#tour-title", "Retention");
            page.awaitText("#lanes", "no messages, next offset 0");
            page.click("#trickle");
            page.awaitText("#lanes", "were dropped");
            page.click("#trickle");
            next(page, "The oldest messages were dropped.");

            page.awaitText("#tour-title", "Sequence numbers");
            page.awaitText("#lanes", "offsets 0 to 2");
            page.click("#tour-buttons button:nth-child(1)");
            page.awaitText("#lanes", "offsets 0 to 3");
            page.click("#tour-buttons button:nth-child(2)");
            next(page, "The message is in the log once");
            assertEquals(
                    4,
                    broker.http()
                            .get("/topics/" + page.run("return document.getElementById('topic').value"))
                            .get("messages")
                            .asInt());

            page.awaitText("#tour-title", "Durability");
            assertEquals(
                    "10", page.run("return new URL(location.href).searchParams.get('tour')"), "a reload stays here");
            guess(page, 3);
            broker.kill();
            page.awaitText("#status", "does not answer");
            broker = BrokerProcess.startAt(broker.port());
            next(page, "The topics are gone: this broker has no data directory (--data-dir).");
            page.awaitText("#tour-title", "The end of the tour");
            assertEquals(List.of(), page.accessibilityFaults());
            assertEquals(List.of(), DashboardTest.withoutRefusals(page.consoleErrors()));
        } finally {
            broker.close();
        }
    }

    @Test
    void the_topics_of_the_tour_can_be_deleted_and_two_learners_do_not_meet() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url() + "/?tour=8");
                Page other = Page.open(broker.url() + "/?tour=8")) {
            page.awaitText("#tour-title", "Retention");
            other.awaitText("#tour-title", "Retention");
            Await.until(
                    "each learner has a topic",
                    () -> broker.http().get("/topics").get("topics").size() == 2);
            for (Page one : List.of(page, other)) {
                for (int lesson = 8; lesson <= 10; lesson++) {
                    one.awaitText("#tour-title", "Lesson " + lesson);
                    one.click("#tour-skip");
                }
                one.click("#tour-clean");
            }
            Await.until(
                    "the topics are deleted",
                    () -> broker.http().get("/topics").get("topics").isEmpty());
        }
    }

    @Test
    void a_lesson_prepares_what_it_needs_and_is_not_done_without_its_task() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url() + "/?tour=6")) {
            page.awaitText("#lanes", "offsets 0 to 2");
            guess(page, 2);
            String erin = addSuggested(page);
            click(page, erin, "step");
            page.awaitText("#events", "Delivered: offset 0");
            click(page, erin, "seek");
            page.awaitText("#events", "went back from offset 1 to 0");
            click(page, erin, "step");
            page.awaitText("#events", "Delivered again: offset 0");
            assertFalse(page.find("#tour-next").isEnabled(), "nothing has crashed");
            click(page, erin, "crash-before");
            page.awaitText("[data-consumer=" + erin + "] .count", "crashed");
            click(page, erin, "restart");
            click(page, erin, "step");
            next(page, "The broker delivers it again");
        }
    }

    @Test
    void a_seek_over_messages_and_a_rewind_are_no_deliveries() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 5);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            page.awaitText("#consumers", "c");
            click(page, "c", "run");
            page.awaitText("#consumers", "lag 0");
            page.type("[data-consumer=c] [data-of=offset]", "1");
            page.click("[data-consumer=c] [data-do=seek]");
            page.awaitText("[data-consumer=c] .counts", "4 delivered again");
            page.run(
                    "const time = document.getElementById('time'); time.value = time.min; time.dispatchEvent(new Event('input'))");
            page.click("#live");
            page.awaitText("[data-consumer=c] [data-do=run]", "pause");
            page.click("[data-consumer=c] [data-do=run]");
            page.type("[data-consumer=c] [data-of=offset]", "0");
            page.click("[data-consumer=c] [data-do=seek]");
            page.awaitText("#events", "c went back from offset 5 to 0");
            page.type("[data-consumer=c] [data-of=offset]", "4");
            page.click("[data-consumer=c] [data-do=seek]");
            page.awaitText("#events", "went on from offset");
            assertEquals("4 delivered again.", page.text("[data-consumer=c] .counts"));
        }
    }

    @Test
    void a_crash_loses_the_message_that_auto_commit_has_committed() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 3);
            page.awaitText("#topic", "t");
            page.type("#add [name=consumer_id]", "fast");
            page.click("#add button");
            click(page, "fast", "crash-before");
            page.awaitText("[data-consumer=fast] .counts", "1 lost in a crash");
            Await.until(
                    "the message is marked",
                    () -> page.findAll(".cell[data-mark=lost]").size() == 1);
            page.click(".cell[data-mark=lost]");
            page.awaitText("#detail", "Lost for fast");
            click(page, "fast", "restart");
            click(page, "fast", "step");
            page.awaitText("#events", "Delivered: offset 1 of partition 0 to fast.");

            page.type("#add [name=consumer_id]", "careful");
            page.click("#add [name=auto_commit]");
            page.click("#add button");
            click(page, "careful", "crash-after");
            page.awaitText("[data-consumer=careful] .count", "crashed");
            click(page, "careful", "restart");
            click(page, "careful", "step");
            page.awaitText("#events", "Delivered: offset 1 of partition 0 to careful.");
            assertEquals("", page.text("[data-consumer=careful] .counts"), "nothing is lost, nothing comes twice");
            assertEquals(List.of(), page.accessibilityFaults());
        }
    }

    @Test
    void members_stay_while_the_page_is_open_and_one_that_crashed_is_removed() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().post("/topics/register", "topic", "t", "partitions", 2);
            page.awaitText("#topic", "t");
            for (String id : List.of("stays", "crashes")) {
                page.type("#add [name=consumer_id]", id);
                page.type("#add [name=group]", "g");
                page.click("#add button");
                page.awaitText("#consumers", id);
            }
            page.reload();
            click(page, "crashes", "crash-before");
            Await.until(
                    "the session has timed out",
                    () -> page.text("#events")
                            .contains("The broker removed crashes from group g, because it sent no heartbeat"));
            page.awaitText("[data-consumer=crashes] .owns", "The broker has removed it");
            page.awaitText("#lanes", "group g: stays");
            Http.Reply groups = broker.http().get("/groups/g");
            assertTrue(groups.text().contains("\"stays\""), groups.text());
            assertFalse(groups.text().contains("\"crashes\""), groups.text());
            String script = (String) page.run("return import('/dashboard/history.js').then(one => one.asScript())");
            assertTrue(script.contains("# crashes crashes."), "the script has the crash: " + script);
            click(page, "crashes", "restart");
            page.awaitText("#lanes", "group g: crashes");
        }
    }

    private static void produce(Page page, String value, String key) {
        page.type("#produce [name=value]", value);
        page.type("#produce [name=key]", key);
        page.click("#produce .row > button, #produce > button");
        page.awaitText("#done", "Produce to");
    }

    private static void guess(Page page, int answer) {
        assertEquals("", page.text("#tour-task"), "the guess comes first");
        page.click("#tour-answers label:nth-child(" + answer + ")");
        page.click("#tour-guessed");
    }

    /** Adds the consumer that the lesson suggests. @return its id */
    private static String addSuggested(Page page) {
        Await.until(
                "a consumer is suggested",
                () -> !page.find("#add [name=consumer_id]")
                        .getDomProperty("value")
                        .isEmpty());
        String id = page.find("#add [name=consumer_id]").getDomProperty("value");
        page.click("#add button");
        page.awaitText("#consumers", id);
        return id;
    }

    /** Clicks a button of a consumer, which the page may show with its next update. */
    private static void click(Page page, String consumer, String action) {
        String button = "[data-consumer=" + consumer + "] [data-do=" + action + "]";
        Await.until("there is " + button, () -> page.find(button).isDisplayed() || open(page, consumer));
        page.click(button);
    }

    private static boolean open(Page page, String consumer) {
        page.click("[data-consumer=" + consumer + "] .head");
        return false;
    }

    /** Waits until the lesson is done, and goes on to the next one. */
    private static void next(Page page, String outcome) {
        page.awaitText("#tour-outcome", outcome);
        page.click("#tour-next");
    }
}
