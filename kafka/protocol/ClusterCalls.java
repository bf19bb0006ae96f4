package kafka.protocol;

import engine.EngineException;
import engine.MessageBroker;
import engine.PartitionLogs;
import engine.TopicState;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.UnsupportedEndpointTypeException;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiMessage;

/** DescribeCluster and DescribeLogDirs: the only broker, and the sizes of its partitions. */
final class ClusterCalls {
    /** In {@code EndpointType} of Kafka. The other type is that of controllers. */
    private static final byte BROKERS = 1;

    /** The messages are in memory. With a data directory, it has a copy. */
    private static final String LOG_DIR = "memory";

    private final MessageBroker broker;
    private final PartitionLogs logs;

    ClusterCalls(MessageBroker broker, PartitionLogs logs) {
        this.broker = broker;
        this.logs = logs;
    }

    ApiMessage cluster(DescribeClusterRequestData request, Caller caller) {
        if (request.endpointType() != BROKERS) {
            throw new UnsupportedEndpointTypeException(
                    "This broker has no separate controllers. Ask for the endpoints of brokers.");
        }
        DescribeClusterResponseData response = new DescribeClusterResponseData()
                .setClusterId(MetadataCall.CLUSTER_ID)
                .setControllerId(MetadataCall.NODE_ID);
        response.brokers()
                .add(new DescribeClusterBroker()
                        .setBrokerId(MetadataCall.NODE_ID)
                        .setHost(caller.host())
                        .setPort(caller.port()));
        return response;
    }

    ApiMessage logDirs(DescribeLogDirsRequestData request, Caller caller) {
        Set<String> asked = request.topics() == null
                ? null
                : request.topics().stream().map(DescribableLogDirTopic::topic).collect(Collectors.toSet());
        DescribeLogDirsResult memory = new DescribeLogDirsResult().setLogDir(LOG_DIR);
        broker.topics()
                .items()
                .filter(topic -> asked == null || asked.contains(topic.name()))
                .forEach(topic -> addSizes(memory, topic));
        DescribeLogDirsResponseData response = new DescribeLogDirsResponseData();
        response.results().add(memory);
        return response;
    }

    private void addSizes(DescribeLogDirsResult memory, TopicState topic) {
        DescribeLogDirsTopic sizes = new DescribeLogDirsTopic().setName(topic.name());
        try {
            IntStream.range(0, topic.partitions().size())
                    .forEach(partition -> sizes.partitions()
                            .add(new DescribeLogDirsPartition()
                                    .setPartitionIndex(partition)
                                    .setPartitionSize(logs.keptBytes(topic.name(), partition))));
            memory.topics().add(sizes);
        } catch (EngineException e) {
            // the topic was deleted just now
        }
    }
}
