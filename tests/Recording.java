///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Makes the pictures of README: a screenshot of the page, and an animated recording of a rebalance.
//JAVA 17+
//RUNTIME_OPTIONS -Djava.awt.headless=true
//SOURCES AllTests.java
package tests;

import cli.Version;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Records the page in a real browser: a consumer works alone, another one joins its group, works too, and leaves. */
@Command(
        name = "recording",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description = "Makes a screenshot of the page (PNG) and a recording of a rebalance (GIF). It needs Chromium.")
public class Recording implements Callable<Integer> {
    private static final String TOPIC = "orders";
    private static final int MESSAGES = 14;
    private static final long FRAME_MS = 120;

    /** Longer than a message flies, and than the page takes to poll the broker. */
    private static final int FRAMES_OF_A_STEP = 6;

    private static final int FRAMES_AT_THE_END = 20;

    @Parameters(paramLabel = "FOLDER", description = "The folder for screenshot.png and rebalance.gif.")
    private Path folder;

    public static void main(String... args) {
        System.exit(new CommandLine(new Recording()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        record(folder, FRAMES_OF_A_STEP);
        return 0;
    }

    static void record(Path folder, int framesOfAStep) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.openMoving(broker.url())) {
            page.resizeViewport(1280, 720);
            Http http = broker.http();
            http.post("/topics/register", "topic", TOPIC, "partitions", 3);
            for (int i = 0; i < MESSAGES; i++) {
                http.post("/produce", "topic", TOPIC, "key", "user-" + i % 5, "value", "order " + i);
            }
            page.awaitText("#topic", TOPIC);
            try (AnimatedGif gif = new AnimatedGif(folder.resolve("rebalance.gif"))) {
                add(page, "alice");
                film(page, gif, framesOfAStep);
                consume(page, http, gif, framesOfAStep, "alice", 3);
                add(page, "bob");
                film(page, gif, framesOfAStep);
                page.awaitText("#events", "Rebalance of group shop");
                film(page, gif, framesOfAStep);
                consume(page, http, gif, framesOfAStep, "bob", 2);
                consume(page, http, gif, framesOfAStep, "alice", 1);
                Files.write(folder.resolve("screenshot.png"), page.screenshot());
                http.post("/consumers/unregister", "consumer_id", "bob");
                film(page, gif, framesOfAStep);
                consume(page, http, gif, framesOfAStep, "alice", 2);
                film(page, gif, FRAMES_AT_THE_END);
            }
        }
    }

    private static void add(Page page, String consumer) {
        page.type("#add [name=consumer_id]", consumer);
        page.type("#add [name=group]", "shop");
        page.click("#add button");
        page.awaitText("#consumers", consumer);
    }

    private static void consume(Page page, Http http, AnimatedGif gif, int frames, String consumer, int times)
            throws IOException {
        for (int i = 0; i < times; i++) {
            http.post("/consume", "consumer_id", consumer);
            film(page, gif, frames);
        }
    }

    private static void film(Page page, AnimatedGif gif, int frames) throws IOException {
        for (int i = 0; i < frames; i++) {
            BufferedImage frame = ImageIO.read(new ByteArrayInputStream(page.screenshot()));
            gif.add(frame, FRAME_MS);
        }
    }
}
