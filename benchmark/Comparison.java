package benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Ours beside a peer's, round by round. The row shows the median of ours, the median of the peer's, and the median of the
 * ratios that each round gave by itself: what slows a whole round down slows both.
 */
final class Comparison {
    private final String what;
    private final String peerName;
    private final Format format;
    private final Bar bar;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> peers = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    /** @param peerName is empty for a number that stands alone; the bar is then one of the number, not of a ratio */
    Comparison(String what, String peerName, Format format, Bar bar) {
        this.what = what;
        this.peerName = peerName;
        this.format = format;
        this.bar = bar;
    }

    void add(double our, double peer) {
        ours.add(our);
        peers.add(peer);
        ratios.add(our / peer);
    }

    void add(double our) {
        ours.add(our);
    }

    Row row() {
        double our = median(ours);
        if (peers.isEmpty()) {
            return new Row(what, format.of(our), "", "", bar.text(), bar.met(our));
        }
        double ratio = median(ratios);
        String peer = peerName + " " + format.of(median(peers));
        return new Row(
                what, format.of(our), peer, String.format(Locale.ROOT, "%.2f x", ratio), bar.text(), bar.met(ratio));
    }

    /** The middle one; of an even number, the mean of the two in the middle. */
    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int upper = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(upper) : (sorted.get(upper - 1) + sorted.get(upper)) / 2;
    }
}
