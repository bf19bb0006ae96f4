package kafka.gateway;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Locks for the ids of consumers. Some ids share a lock. Safe for any number of threads. */
final class IdLocks {
    private static final int LOCKS = 256;

    private final Lock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

    Lock of(String id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
    }
}
