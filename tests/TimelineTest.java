package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The time of the page in a real browser: pause, steps, rewind and slow motion. */
class TimelineTest {
    private static final String TIMELINE = "const {Timeline} = await import('/dashboard/timeline.js');"
            + "const timeline = new Timeline();"
            + "const add = (time, signature = String(time)) => timeline.add({time, signature, events: [], deliveries: null});"
            + "const times = states => states.map(state => state.time).join();";

    @Test
    void it_shows_each_state_once_and_none_while_it_is_paused() {
        try (Page page = Page.open(BrokerProcess.shared().url())) {
            assertEquals(
                    "1000|2000||5000",
                    run(
                            page,
                            "add(1000); const first = times(timeline.advance(100));"
                                    + "add(2000); const second = times(timeline.advance(100)); timeline.pause(); add(3000); add(4000);"
                                    + "const paused = times(timeline.advance(100)); timeline.live(); add(5000);"
                                    + "return [first, second, paused, times(timeline.advance(0))].join('|')"));
        }
    }

    @Test
    void slow_motion_falls_behind_by_its_speed() {
        try (Page page = Page.open(BrokerProcess.shared().url())) {
            assertEquals(
                    "false||2000|10",
                    run(
                            page,
                            "add(1000); timeline.advance(0); timeline.setSpeed(0.1); add(2000); add(3000);"
                                    + "const early = times(timeline.advance(9000)); const due = times(timeline.advance(1000));"
                                    + "add(12000); return [timeline.position.isLive, early, due, (timeline.position.to - timeline.position.at) / 1000].join('|')"));
        }
    }

    @Test
    void it_steps_between_states_that_differ_and_keeps_a_minute() {
        try (Page page = Page.open(BrokerProcess.shared().url())) {
            assertEquals(
                    "3000|1000|1000|3000|4000|none",
                    run(
                            page,
                            "add(1000, 'a'); add(2000, 'a'); add(3000, 'b'); add(4000, 'c'); timeline.advance(0);"
                                    + "const step = state => state ? state.time : 'none';"
                                    + "return [timeline.stepBack(), timeline.stepBack(), timeline.stepBack(), timeline.stepForward(), timeline.stepForward(),"
                                    + " timeline.stepForward()].map(step).join('|')"));
            assertEquals(
                    "40000",
                    run(
                            page,
                            "for (let time = 1000; time <= 100000; time += 1000) add(time);"
                                    + "return timeline.position.from"));
            assertEquals(
                    "40000",
                    run(
                            page,
                            "for (let time = 1000; time <= 100000; time += 1000) add(time);"
                                    + "timeline.goTo(0); return timeline.position.at"));
        }
    }

    @Test
    void the_page_can_be_paused_rewound_and_slowed_down() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 1);
            page.awaitText("#lanes", "v0");
            page.click("#pause");
            page.awaitText("#pause", "play");
            broker.http().post("/produce", "topic", "t", "value", "later");
            Await.until("the broker is ahead", () -> !page.text("#when").equals("0.0 s ago"));
            page.awaitText("#when", "s ago");
            assertEquals(1, page.findAll(".cell").size(), "the page is paused");
            assertEquals(List.of(), page.accessibilityFaults());
            page.click("#forward");
            page.awaitText("#lanes", "later");
            page.click("#back");
            Await.until("one step back", () -> page.findAll(".cell").size() == 1);
            page.click("#live");
            page.awaitText("#lanes", "later");
            page.awaitText("#when", "now");
            page.run(
                    "const time = document.getElementById('time'); time.value = time.min; time.dispatchEvent(new Event('input'))");
            Await.until("the first state is shown", () -> page.findAll(".cell").size() <= 1);
            assertFalse(page.text("#events").contains("offset 1"), "the list is as old as the picture");
            page.click("#live");
            page.select("#speed", "0.1");
            broker.http().post("/produce", "topic", "t", "value", "slow");
            page.awaitText("#when", "s ago");
            page.awaitText("#lanes", "slow");
            assertEquals(List.of(), page.consoleErrors());
        }
    }

    private static String run(Page page, String script) {
        return String.valueOf(page.run("return (async () => {" + TIMELINE + script + "})()"));
    }
}
