package benchmark.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import benchmark.growth.GrowthSimulation.Result;
import org.junit.jupiter.api.Test;

/** The simulation of gateways behind a load balancer. */
public class GrowthTest {
    private static final Costs COSTS = new Costs(1_000, 500, 0, 300_000);

    private static GrowthSimulation simulation(LoadBalancer balancer, int gateways, int processors) {
        return new GrowthSimulation(COSTS, balancer, gateways, processors, 100, 7);
    }

    @Test
    void one_gateway_with_one_processor_behaves_as_queueing_theory_says() {
        for (double busy : new double[] {0.3, 0.5, 0.8}) {
            Result result = simulation(LoadBalancer.RANDOM, 1, 1).run(busy * 1_000, 2_000, false);
            assertEquals(busy, result.busy(), 0.01);
            assertEquals(1 / (1 - busy), result.meanMs(), 0.1 / (1 - busy), "the mean time of an M/M/1 queue, in ms");
            assertEquals(0, result.forwarded());
        }
    }

    @Test
    void a_call_is_forwarded_unless_it_reaches_the_gateway_of_its_consumer() {
        for (LoadBalancer balancer : LoadBalancer.all()) {
            Result result = simulation(balancer, 4, 2).run(500, 200, false);
            assertEquals(balancer == LoadBalancer.STICKY ? 0 : 0.75, result.forwarded(), 0.02, balancer.title());
        }
    }

    @Test
    void each_call_is_answered_unless_its_gateway_was_killed() {
        for (LoadBalancer balancer : LoadBalancer.all()) {
            Result healthy = simulation(balancer, 3, 1).run(1_000, 20, false);
            assertEquals(healthy.sent(), healthy.answered());
            Result killed = simulation(balancer, 3, 1).run(1_000, 20, true);
            assertEquals(killed.sent(), killed.answered() + killed.failed());
            assertTrue(killed.failed() < 20, killed.toString());
            assertTrue(killed.takenOver() > 20 && killed.takenOver() < 50, killed.toString());
        }
    }

    @Test
    void the_computed_rate_is_the_one_at_which_gateways_are_that_busy() {
        double rate = COSTS.rate(4, 2, 0.75, 0.6);
        Result result = simulation(LoadBalancer.ROUND_ROBIN, 4, 2).run(rate, 100, false);
        assertEquals(0.6, result.busy(), 0.02);
    }

    @Test
    void the_same_seed_gives_the_same_result() {
        assertEquals(
                simulation(LoadBalancer.RANDOM, 3, 2).run(900, 20, true),
                simulation(LoadBalancer.RANDOM, 3, 2).run(900, 20, true));
    }
}
