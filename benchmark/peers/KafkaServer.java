///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A real Kafka in one process: KRaft mode, on loopback. KafkaServer.java PORT FOLDER
//JAVA 17+
//RUNTIME_OPTIONS -Xms1g -Xmx1g -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35
//DEPS org.apache.kafka:kafka_2.13:4.3.1
//DEPS org.apache.kafka:kafka-tools:4.3.1
//DEPS org.slf4j:slf4j-nop:1.7.36
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;

/**
 * Kafka from Maven Central, with the options that its own start script gives the JVM. The folder is made and filled; who
 * starts this removes it.
 */
public class KafkaServer {
    public static void main(String... args) throws IOException {
        Path properties = write(Integer.parseInt(args[0]), Files.createDirectories(Path.of(args[1])));
        String[] format = {
            "format",
            "--config",
            properties.toString(),
            "--cluster-id",
            Uuid.randomUuid().toString()
        };
        if (kafka.tools.StorageTool.execute(format, System.out) != 0) {
            System.exit(1);
        }
        kafka.Kafka.main(new String[] {properties.toString()});
    }

    private static Path write(int port, Path folder) throws IOException {
        int controllerPort = freePort();
        return Files.writeString(
                folder.resolve("server.properties"),
                String.join(
                        "\n",
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
                        "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                        "controller.listener.names=CONTROLLER",
                        "log.dirs=" + folder.resolve("log"),
                        "offsets.topic.replication.factor=1",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "group.initial.rebalance.delay.ms=0",
                        ""));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
