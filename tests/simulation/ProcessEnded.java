package tests.simulation;

/** Is thrown by each operation of a process that was ended, so that none of its code can change the disk any more. */
public final class ProcessEnded extends Error {
    private static final long serialVersionUID = 1L;

    public ProcessEnded() {
        super("the process has ended", null, false, false);
    }
}
