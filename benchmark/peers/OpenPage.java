///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Opens a page in a headless Chromium and measures it. OpenPage.java URL SECONDS
//JAVA 17+
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.49.0
//DEPS org.slf4j:slf4j-nop:1.7.36
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Prints four numbers in a line: the 95th percentile of the milliseconds from one animation frame to the next, the milliseconds from the
 * start of a second load to the first paint, and the heap of the page in bytes, without garbage, after a minute and SECONDS later.
 */
public class OpenPage {
    /** More than the minute of states that the page keeps. */
    private static final int FILL_SECONDS = 65;

    /** The page is loaded by then. */
    private static final int LOAD_SECONDS = 3;

    public static void main(String... args) throws InterruptedException {
        Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1280,1400");
        ChromeDriver driver = new ChromeDriver(
                new ChromeDriverService.Builder().usingAnyFreePort().build(), options);
        int seconds = Integer.parseInt(args[1]);
        try {
            driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(120 + seconds));
            driver.get(args[0]);
            driver.navigate().refresh(); // the first load also starts processes of the browser
            Thread.sleep(LOAD_SECONDS * 1000L);
            double firstPaint = ((Number) driver.executeScript(
                            "return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                    .doubleValue();
            double frames = frames(driver, FILL_SECONDS);
            long before = heap(driver);
            frames(driver, seconds);
            System.out.printf(Locale.ROOT, "%.1f %.0f %d %d%n", frames, firstPaint, before, heap(driver));
        } finally {
            driver.quit();
        }
    }

    private static double frames(ChromeDriver driver, int seconds) {
        return ((Number) driver.executeAsyncScript(
                        "const [seconds, done] = arguments; const times = []; let last = null;"
                                + "const end = performance.now() + seconds * 1000;"
                                + "requestAnimationFrame(function frame(now) { if (last !== null) times.push(now - last); last = now;"
                                + " if (now < end) requestAnimationFrame(frame);"
                                + " else { times.sort((a, b) => a - b); done(times[Math.floor(times.length * 0.95)]); } });",
                        seconds))
                .doubleValue();
    }

    private static long heap(ChromeDriver driver) {
        driver.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        return ((Number) driver.executeCdpCommand("Runtime.getHeapUsage", Map.of())
                        .get("usedSize"))
                .longValue();
    }
}
