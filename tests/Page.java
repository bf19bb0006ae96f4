package tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;

/** The broker's page in a headless Chromium, which the next page uses after it. Without a Chromium, the test is skipped. */
final class Page implements AutoCloseable {
    /** It warns that it knows nothing of the newest browsers' inner protocol, which is not used here. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final Dimension SIZE = new Dimension(1280, 1400);

    /** Browsers that were started, and that no page uses now. */
    private static final Deque<ChromeDriver> IDLE = new ConcurrentLinkedDeque<>();

    private final ChromeDriver driver;

    private Page(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Opens a page that does not move, because movement costs much of a small machine. */
    static Page open(String url) {
        Page page = new Page(acquire());
        page.emulate("light", "reduce");
        page.driver.get(url);
        return page;
    }

    static Page openMoving(String url) {
        Page page = new Page(acquire());
        page.driver.get(url);
        return page;
    }

    /** A browser that no page uses. It takes seconds to start one. */
    private static ChromeDriver acquire() {
        ChromeDriver idle = IDLE.poll();
        return idle == null ? startBrowser() : idle;
    }

    private static ChromeDriver startBrowser() {
        Path browser = program("chromium", "chromium-browser", "google-chrome");
        Path driver = program("chromedriver");
        assumeTrue(
                browser != null && driver != null,
                "no Chromium with chromedriver here (Debian has them in chromium and chromium-driver)");
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--renderer-process-limit=1",
                "--disable-features=SpareRendererForSitePerProcess,PreloadTopChromeWebUI",
                "--host-resolver-rules=MAP *.example 127.0.0.1");
        options.setCapability("goog:loggingPrefs", logging);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver started = new ChromeDriver(service, options);
        Runtime.getRuntime().addShutdownHook(new Thread(started::quit));
        started.manage().window().setSize(SIZE);
        return started;
    }

    void reload() {
        driver.navigate().refresh();
    }

    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** Sets the size of the visible part of the page. */
    void resizeViewport(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void dark() {
        emulate("dark", "reduce");
    }

    private void emulate(String colors, String motion) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", colors),
                                Map.of("name", "prefers-reduced-motion", "value", motion))));
    }

    /** Waits until there is such an element. */
    WebElement find(String css) {
        Await.until("there is " + css, () -> !findAll(css).isEmpty());
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void click(String css) {
        find(css).click();
    }

    void type(String css, String text) {
        find(css).clear();
        find(css).sendKeys(text);
    }

    void select(String css, String value) {
        Await.until(
                css + " has " + value,
                () -> !findAll(css + " option[value='" + value + "']").isEmpty());
        new Select(find(css)).selectByValue(value);
    }

    /** The text of the page, or of a part of it, as it is shown; empty while it is being made anew. */
    String text(String css) {
        try {
            return find(css).getText();
        } catch (org.openqa.selenium.WebDriverException e) {
            return "";
        }
    }

    void awaitText(String css, String part) {
        Await.until(css + " says " + part, () -> text(css).contains(part));
    }

    /** The offset that a marker is at. */
    String markerOffset(String lane, String text) {
        return (String) driver.executeScript(
                "const lane = [...document.querySelectorAll('.lane')].find(one => one.textContent.includes(arguments[0]));"
                        + "return [...lane.querySelectorAll('.marker')].filter(one => one.dataset.marker === arguments[1]).map(one => one.dataset.offset)[0] ?? 'none'",
                lane,
                text);
    }

    /** The visible part of the page as a PNG. */
    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    Object run(String script) {
        return driver.executeScript(script);
    }

    /** What axe-core finds fault with. */
    List<String> accessibilityFaults() {
        return new AxeBuilder()
                .analyze(driver).getViolations().stream().map(Page::describe).collect(Collectors.toList());
    }

    /** Errors and warnings that the browser has logged, but for those of a broker that was away. */
    List<String> consoleErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.matches("(?s).*ERR_(CONNECTION|SOCKET)_.*"))
                .collect(Collectors.toList());
    }

    /** Leaves nothing of this page in the browser, for the next one. */
    @Override
    public void close() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        driver.executeScript("localStorage.clear(); sessionStorage.clear()");
        driver.get("about:blank");
        driver.manage().window().setSize(SIZE);
        driver.manage().logs().get(LogType.BROWSER);
        IDLE.push(driver);
    }

    private static String describe(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + " "
                + rule.getNodes().stream().map(node -> node.getHtml()).collect(Collectors.toList());
    }

    /** The first of these programs that is on the PATH; null if none is. */
    static Path program(String... programs) {
        return Stream.of(programs)
                .flatMap(program -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
