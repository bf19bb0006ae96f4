package kafka.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The settings of a node of Kafka in KRaft mode, which is a broker and a controller: Kafka's {@code server.properties}.
 *
 * @param host to listen on, and that clients are told to connect to
 * @param controllers the nodes of the cluster, each as {@code ID@HOST:PORT}, with the ports of their controllers
 */
public record NodeSettings(int nodeId, String host, int port, List<String> controllers) {
    private static final Pattern CONTROLLER = Pattern.compile("\\d{1,9}@(.+:\\d{1,5})");

    /** With more replicas than this, a small cluster would only be slower. */
    private static final int MAX_REPLICAS = 3;

    /** Kafka's default is 50, for large clusters. Each partition is a folder and some files. */
    private static final int INTERNAL_PARTITIONS = 10;

    /** A node that is a cluster by itself. Its controller listens on a free port. */
    public static NodeSettings alone(int nodeId, String host, int port) throws IOException {
        return new NodeSettings(nodeId, host, port, List.of(nodeId + "@" + inUrl(host) + ":" + freePort(host)));
    }

    /** A port on which nothing listens now. */
    public static int freePort(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    /** Whether a text has the form {@code ID@HOST:PORT}. */
    public static boolean isController(String text) {
        return CONTROLLER.matcher(text).matches();
    }

    /** Whether this node is one of the nodes of the cluster. */
    public boolean isInCluster() {
        return controllers.stream().anyMatch(this::isThisNode);
    }

    private boolean isThisNode(String controller) {
        return controller.startsWith(nodeId + "@");
    }

    /**
     * The settings of Kafka.
     *
     * @param data the folder of the data
     * @param more further settings, which replace the settings of the same names
     */
    public Properties properties(Path data, Map<String, String> more) {
        String controller = controllers.stream()
                .filter(this::isThisNode)
                .map(one -> CONTROLLER.matcher(one).replaceFirst("$1"))
                .findFirst()
                .orElseThrow();
        String replicas = String.valueOf(Math.min(MAX_REPLICAS, controllers.size()));
        String inSync = String.valueOf(controllers.size() < MAX_REPLICAS ? 1 : 2);
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                String.valueOf(nodeId),
                "listeners",
                "PLAINTEXT://" + inUrl(host) + ":" + port + ",CONTROLLER://" + controller,
                "controller.listener.names",
                "CONTROLLER",
                "controller.quorum.voters",
                String.join(",", controllers),
                "log.dirs",
                data.toString(),
                "default.replication.factor",
                replicas,
                "min.insync.replicas",
                inSync));
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
                .forEach(topic -> properties.put(topic + ".replication.factor", replicas));
        List.of("transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr")
                .forEach(name -> properties.put(name, inSync));
        List.of("offsets.topic.num.partitions", "transaction.state.log.num.partitions")
                .forEach(name -> properties.put(name, String.valueOf(INTERNAL_PARTITIONS)));
        properties.put("group.initial.rebalance.delay.ms", "0"); // a first member need not wait 3 s for others
        properties.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20)); // the default is 128 MB of heap
        properties.putAll(more);
        return properties;
    }

    private static String inUrl(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
