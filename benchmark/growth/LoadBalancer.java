package benchmark.growth;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** How a load balancer chooses the gateway of a call. */
enum LoadBalancer {
    RANDOM {
        @Override
        int choose(List<SimulatedGateway> gateways, int consumer, long call, SplittableRandom random) {
            return random.nextInt(gateways.size());
        }
    },
    ROUND_ROBIN {
        @Override
        int choose(List<SimulatedGateway> gateways, int consumer, long call, SplittableRandom random) {
            return (int) (call % gateways.size());
        }
    },
    LEAST_CONNECTIONS {
        @Override
        int choose(List<SimulatedGateway> gateways, int consumer, long call, SplittableRandom random) {
            int least = ROUND_ROBIN.choose(gateways, consumer, call, random); // if several have the same number
            for (int i = 0; i < gateways.size(); i++) {
                least = gateways.get(i).calls() < gateways.get(least).calls() ? i : least;
            }
            return least;
        }
    },

    /** All calls of a consumer go to the same gateway. */
    STICKY {
        @Override
        int choose(List<SimulatedGateway> gateways, int consumer, long call, SplittableRandom random) {
            return consumer % gateways.size();
        }
    };

    /**
     * Returns the index of a gateway.
     *
     * @param call the number of the call
     */
    abstract int choose(List<SimulatedGateway> gateways, int consumer, long call, SplittableRandom random);

    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static List<LoadBalancer> all() {
        return Arrays.asList(values());
    }
}
