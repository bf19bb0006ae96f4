package benchmark;

/** A line of the table, as text. A column that does not apply is empty. */
record Row(String what, String ours, String peer, String ratio, String bar, String met) {
    /** For what there is no comparison of, and why. */
    static Row without(String what, String why) {
        return new Row(what, "", why, "", "", "");
    }

    /** For a peer that is not here. */
    static Row skipped(String what, Tool tool) {
        return without(what, "skipped: no " + tool.title() + " here (" + tool.remedy() + ")");
    }
}
