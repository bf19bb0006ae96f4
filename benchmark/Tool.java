package benchmark;

import java.io.IOException;

/** A program that a measure needs and that a machine may lack. */
enum Tool {
    WRK(
            "wrk",
            "sudo apt-get install wrk",
            "command -v wrk",
            "wrk -v 2>&1 | sed -n '1s/^wrk [^0-9]*\\([0-9.]*\\).*/\\1/p'"),
    KCAT("kcat", "sudo apt-get install kcat", "command -v kcat", "kcat -V | sed -n 's/^Version \\([0-9.]*\\).*/\\1/p'"),
    REDIS(
            "Redis",
            "sudo apt-get install redis-server redis-tools",
            "command -v redis-server && command -v redis-benchmark",
            "redis-server --version | sed 's/.* v=\\([0-9.]*\\).*/\\1/'"),
    FASTAPI(
            "FastAPI", "sudo apt-get install python3-fastapi python3-uvicorn python3-uvloop python3-httptools",
            "/usr/bin/python3 -c 'import fastapi, uvicorn, uvloop, httptools'",
                    "/usr/bin/python3 -c 'import fastapi; print(fastapi.__version__)'"),
    CHROMIUM(
            "Chromium",
            "sudo apt-get install chromium chromium-driver",
            "command -v chromium && command -v chromedriver",
            "chromium --version | grep -o '[0-9.]*' | head -1"),
    KAFKA(
            "Kafka",
            "JBang fetches it from Maven Central: is it reachable?",
            "./jbang info classpath benchmark/peers/KafkaServer.java",
            "sed -n 's/^.*kafka-tools:\\([0-9.]*\\).*/\\1/p' benchmark/peers/KafkaServer.java");

    private final String title;
    private final String remedy;
    private final String check;
    private final String version;

    Tool(String title, String remedy, String check, String version) {
        this.title = title;
        this.remedy = remedy;
        this.check = check;
        this.version = version;
    }

    String title() {
        return title;
    }

    /** What to do when it is not there: the command that installs it. */
    String remedy() {
        return remedy;
    }

    boolean isHere(Processes processes) throws InterruptedException {
        try {
            processes.run(Scale.limitFor(0), "sh", "-c", check);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String version(Processes processes) throws IOException, InterruptedException {
        return processes.run(Scale.limitFor(0), "sh", "-c", version).out().strip();
    }
}
