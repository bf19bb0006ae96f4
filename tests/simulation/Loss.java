package tests.simulation;

import java.util.Random;

/** Which changes a power loss keeps, of those that were not forced: of a file in their order, and of all folders in their order. */
public enum Loss {
    /** Keeps all. */
    NONE,
    /** Keeps none. */
    ALL,
    /** Keeps any. */
    RANDOM,
    /** Keeps the first ones. */
    TAIL,
    /** Keeps the last ones, as a disk that writes in another order. */
    HEAD,
    /** Keeps all except one. */
    ONE,
    /** Keeps the first ones, and a part of the next one. */
    TORN,
    /** Keeps any. The file has zeros in place of the others. */
    ZEROED;

    /** What is kept of a list of changes. */
    interface Choice {
        boolean isKept(int index);

        /** Whether the first half of a change that is not kept is on the disk. */
        default boolean isTorn(int index) {
            return false;
        }

        /** Whether a change that is not kept has enlarged the file. */
        default boolean isZeroed() {
            return false;
        }
    }

    /** Chooses what to keep of a number of changes. */
    Choice choose(int count, Random random) {
        int border = random.nextInt(count + 1);
        boolean[] any = new boolean[count];
        for (int i = 0; i < count; i++) {
            any[i] = random.nextBoolean();
        }
        return switch (this) {
            case NONE -> index -> true;
            case ALL -> index -> false;
            case RANDOM -> index -> any[index];
            case TAIL -> index -> index < border;
            case HEAD -> index -> index >= border;
            case ONE -> index -> index != border;
            case TORN ->
                new Choice() {
                    @Override
                    public boolean isKept(int index) {
                        return index < border;
                    }

                    @Override
                    public boolean isTorn(int index) {
                        return index == border;
                    }
                };
            case ZEROED ->
                new Choice() {
                    @Override
                    public boolean isKept(int index) {
                        return any[index];
                    }

                    @Override
                    public boolean isZeroed() {
                        return true;
                    }
                };
        };
    }
}
