package kafka.protocol;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Starts threads for connections: virtual ones if the JDK has them (from 21 on), otherwise daemon threads. */
final class ConnectionThreads {
    /** Thread.startVirtualThread; null if the JDK does not have it. */
    private static final MethodHandle START_VIRTUAL = startVirtual();

    private final String name;

    ConnectionThreads(String name) {
        this.name = name;
    }

    void start(Runnable task) {
        if (START_VIRTUAL != null) {
            try {
                START_VIRTUAL.invoke(task);
                return;
            } catch (Throwable e) {
                throw new IllegalStateException("A virtual thread cannot be started.", e);
            }
        }
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static MethodHandle startVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class))
                    .asType(MethodType.methodType(void.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
