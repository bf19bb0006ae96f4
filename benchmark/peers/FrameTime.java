///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Opens a page in a headless Chromium and prints how long its frames take. FrameTime.java URL SECONDS
//JAVA 17+
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.49.0
//DEPS org.slf4j:slf4j-nop:1.7.36
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Prints the 95th percentile of the milliseconds from one animation frame to the next. */
public class FrameTime {
    public static void main(String... args) {
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
        try {
            driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60 + Integer.parseInt(args[1])));
            driver.get(args[0]);
            System.out.println(driver.executeAsyncScript(
                    "const [seconds, done] = arguments; const times = []; let last = null; const end = performance.now() + 3000 + seconds * 1000;"
                            + "const begin = performance.now() + 3000;"
                            + "requestAnimationFrame(function frame(now) { if (last !== null && now > begin) times.push(now - last); last = now;"
                            + " if (now < end) requestAnimationFrame(frame);"
                            + " else { times.sort((a, b) => a - b); done(times[Math.floor(times.length * 0.95)]); } });",
                    Integer.parseInt(args[1])));
        } finally {
            driver.quit();
        }
    }
}
