package benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Whether a long topic is slower than a short one: the same chunk is produced and consumed on top of much and on top of
 * little, each in a broker of its own with the same heap.
 */
final class Kept implements Measure {
    private static final String MANY = "many";
    private static final String FEW = "few";

    @Override
    public String name() {
        return "kept";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        Scale scale = bench.scale();
        String unit = String.format(Locale.ROOT, "%,d messages kept", scale.manyKept());
        String peer = String.format(Locale.ROOT, "at %,d", scale.fewKept());
        Comparison produce = new Comparison("produce rate at " + unit, peer, Format.PER_SECOND, Bar.atLeast(0.9));
        Comparison consume = new Comparison("consume rate at " + unit, peer, Format.PER_SECOND, Bar.atLeast(0.9));
        long room = scale.manyKept() + scale.chunk() * (bench.repeat() + 1);
        try (OurBroker much = OurBroker.withRoomFor(bench, room);
                OurBroker little = OurBroker.withRoomFor(bench, room)) {
            long kept = scale.manyKept();
            much.produce(MANY, kept);
            for (int round = 0; round <= bench.repeat(); round++, kept += scale.chunk()) { // round 0 warms up
                little.produce(FEW, scale.fewKept());
                double[] many = {much.produce(MANY, scale.chunk()), much.consume(MANY, kept, scale.chunk())};
                double[] few = {little.produce(FEW, scale.chunk()), little.consume(FEW, scale.fewKept(), scale.chunk())
                };
                little.delete(FEW);
                if (round > 0) {
                    produce.add(many[0], few[0]);
                    consume.add(many[1], few[1]);
                }
            }
        }
        return List.of(produce.row(), consume.row());
    }
}
