package cli;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Tells when files may have changed. It watches their folders, because editors and Kubernetes replace a file instead of writing to it. Some
 * file systems, such as those of a network, report no changes. Therefore it also tells every few seconds.
 */
public final class FileWatch implements AutoCloseable {
    private static final long MAX_DELAY_MS = 5000;

    /** A writer has finished when nothing happened in the folder for this time. */
    private static final long SETTLING_MS = 100;

    private static final int MAX_SETTLINGS = 20;

    /** Null if the system cannot watch more folders. */
    private final WatchService watch;

    private final Thread thread;

    /**
     * Starts a thread that watches the files.
     *
     * @param onChange runs in that thread, also if the files have not changed
     */
    public FileWatch(List<Path> files, Runnable onChange) {
        watch = watch(files);
        thread = new Thread(() -> run(onChange), "file watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the thread. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private static WatchService watch(List<Path> files) {
        try {
            WatchService watch = files.get(0).getFileSystem().newWatchService();
            for (Path file : files) {
                file.toAbsolutePath()
                        .getParent()
                        .register(
                                watch,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE);
            }
            return watch;
        } catch (IOException e) {
            return null;
        }
    }

    private void run(Runnable onChange) {
        try {
            while (true) {
                waitForChange();
                onChange.run();
            }
        } catch (InterruptedException end) {
            endWatch(); // close() was called
        }
    }

    private void endWatch() {
        try {
            if (watch != null) {
                watch.close();
            }
        } catch (IOException e) {
            // the thread ends all the same
        }
    }

    private void waitForChange() throws InterruptedException {
        if (watch == null) {
            Thread.sleep(MAX_DELAY_MS);
            return;
        }
        WatchKey changed = watch.poll(MAX_DELAY_MS, TimeUnit.MILLISECONDS);
        for (int i = 0; changed != null && i < MAX_SETTLINGS; i++) {
            changed.pollEvents();
            changed.reset();
            changed = watch.poll(SETTLING_MS, TimeUnit.MILLISECONDS);
        }
    }
}
