package benchmark.growth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Simulates consumers in groups that call gateways through a load balancer. Calls arrive at random (a Poisson process), and the CPU time of a
 * call varies (exponentially). A call that arrives at a gateway that does not serve its consumer is forwarded. The result depends on the
 * arguments alone. For one thread.
 */
final class GrowthSimulation {
    /** The first calls do not count, because the gateways were idle before. */
    private static final double WARM_UP = 0.1;

    private final Costs costs;
    private final LoadBalancer balancer;
    private final List<SimulatedGateway> all = new ArrayList<>();

    /** Those that the load balancer uses: a gateway that refuses connections is not among them. */
    private final List<SimulatedGateway> usable;

    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingDouble(Event::atUs));

    /** By consumer, the gateway that serves it. */
    private final SimulatedGateway[] owners;

    private double[] times = new double[1 << 10];
    private int counted;
    private long sent;
    private long answered;
    private long forwarded;
    private long failed;
    private long takenOver;

    /**
     * @param processors of each gateway
     * @param consumers the number of consumers. They are registered through the load balancer, too
     */
    GrowthSimulation(Costs costs, LoadBalancer balancer, int gateways, int processors, int consumers, long seed) {
        this.costs = costs;
        this.balancer = balancer;
        for (int i = 0; i < gateways; i++) {
            all.add(new SimulatedGateway(processors));
        }
        this.usable = new ArrayList<>(all);
        this.random = new SplittableRandom(seed);
        this.owners = new SimulatedGateway[consumers];
        Arrays.setAll(owners, consumer -> choose(consumer, consumer));
    }

    /**
     * What the calls experienced. Times are in ms.
     *
     * @param forwarded the part of the calls, 0 to 1
     * @param failed the number of calls without an answer
     * @param takenOver the number of consumers that moved to another gateway
     * @param busy the part of the CPU time that the busiest gateway used, 0 to 1
     */
    record Result(
            long sent,
            long answered,
            long failed,
            long takenOver,
            double forwarded,
            double busy,
            double meanMs,
            double p50Ms,
            double p99Ms,
            double slowestMs) {}

    private record Call(int consumer, double sentUs, SimulatedGateway entry, boolean counts) {}

    /** The next step of a call, at a gateway. */
    private record Event(double atUs, Call call, SimulatedGateway gateway, Step step) {}

    private enum Step {
        ARRIVE,
        SERVE,
        ANSWER
    }

    /**
     * Runs the simulation once.
     *
     * @param rate calls a second
     * @param seconds of simulated time
     * @param killsFirst whether the first gateway is killed at half time
     */
    Result run(double rate, double seconds, boolean killsFirst) {
        double endUs = seconds * 1e6;
        double next = interval(rate);
        while (next < endUs || !events.isEmpty()) {
            if (killsFirst && !all.get(0).isKilled() && now(next) >= endUs / 2) {
                all.get(0).kill();
                usable.remove(all.get(0));
            }
            if (next < endUs && (events.isEmpty() || next <= events.peek().atUs)) {
                send(next, next >= WARM_UP * endUs);
                next += interval(rate);
            } else {
                handle(events.remove());
            }
        }
        double[] sorted = Arrays.copyOf(times, counted);
        Arrays.sort(sorted);
        return new Result(
                sent,
                answered,
                failed,
                takenOver,
                (double) forwarded / sent,
                all.stream().mapToDouble(gateway -> gateway.busy(endUs)).max().orElseThrow(),
                Arrays.stream(sorted).average().orElse(0) / 1e3,
                sorted[counted / 2] / 1e3,
                sorted[(int) (counted * 0.99)] / 1e3,
                sorted[counted - 1] / 1e3);
    }

    private double now(double next) {
        return events.isEmpty() ? next : Math.min(next, events.peek().atUs);
    }

    private double interval(double rate) {
        return exponential(1e6 / rate);
    }

    private double exponential(double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    private void send(double nowUs, boolean counts) {
        int consumer = random.nextInt(owners.length);
        SimulatedGateway entry = choose(consumer, sent);
        sent++;
        entry.begin();
        events.add(new Event(nowUs, new Call(consumer, nowUs, entry, counts), entry, Step.ARRIVE));
    }

    private SimulatedGateway choose(int consumer, long call) {
        return usable.get(balancer.choose(usable, consumer, call, random));
    }

    private void handle(Event event) {
        Call call = event.call;
        if (call.entry.isKilled()) {
            failed++; // its connection is closed
            return;
        }
        switch (event.step) {
            case ARRIVE -> arrive(event);
            case SERVE -> serve(event);
            default -> answer(event);
        }
    }

    private void arrive(Event event) {
        SimulatedGateway owner = owners[event.call.consumer];
        if (owner == event.gateway) {
            serve(event);
            return;
        }
        forwarded++;
        double sentOn = event.gateway.use(event.atUs, exponential(costs.forwardUs()));
        events.add(new Event(sentOn, event.call, owner, Step.SERVE));
    }

    private void serve(Event event) {
        if (event.gateway.isKilled()) {
            takeOver(event);
            return;
        }
        double served = event.gateway.use(event.atUs, exponential(costs.cpuUs())) + costs.kafkaUs();
        events.add(new Event(served, event.call, event.gateway, Step.ANSWER));
    }

    /** The first call of a member makes the gateway that got it serve the member. */
    private void takeOver(Event event) {
        Call call = event.call;
        if (owners[call.consumer].isKilled()) {
            takenOver++;
            owners[call.consumer] = call.entry;
        }
        events.add(new Event(event.atUs + costs.takeOverUs(), call, owners[call.consumer], Step.SERVE));
    }

    private void answer(Event event) {
        if (event.gateway.isKilled()) { // the gateway of the member was killed meanwhile: the call is sent again
            events.add(new Event(event.atUs, event.call, event.gateway, Step.SERVE));
            return;
        }
        event.call.entry.end();
        answered++;
        if (event.call.counts) {
            if (counted == times.length) {
                times = Arrays.copyOf(times, 2 * counted);
            }
            times[counted++] = event.atUs - event.call.sentUs;
        }
    }
}
