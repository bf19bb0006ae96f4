package http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.TopicState;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.plugin.Plugin;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Serves metrics at {@code /metrics} in the text format of Prometheus. Other classes count; this one reads their numbers. The
 * Prometheus library and the metrics of the JVM are loaded on the first request.
 *
 * <p>Names of topics, groups and consumers are labels. Because anyone can create names, only the first {@value #MAX_NAMES} names of
 * each kind, in alphabetical order, are labels. The gauges of the others are added up as {@code (other)}. Their counters are not
 * shown, because such a sum would decrease whenever a topic gets a label or is deleted.
 */
public final class MetricsPlugin extends Plugin<MetricsPlugin.Config> {
    private static final int MAX_NAMES = 500;
    private static final String OTHER = "(other)";

    @GuardedBy("this")
    private PrometheusRegistry registry;

    /** The sources of the metrics. */
    public static final class Config {
        public MessageBroker broker;
        public MemoryBudget budget;
        public RequestStats requests;
    }

    public MetricsPlugin(java.util.function.Consumer<Config> userConfig) {
        super(userConfig, new Config());
    }

    @Override
    public void onInitialize(JavalinState config) {
        DocsPlugin.serve(config, "/metrics", this::write);
    }

    private void write(Context ctx) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        writer.write(out, registry().scrape());
        ctx.contentType(writer.getContentType()).result(out.toByteArray());
    }

    private synchronized PrometheusRegistry registry() {
        if (registry == null) {
            registry = new PrometheusRegistry();
            JvmMetrics.builder().register(registry);
            registry.register(this::snapshots);
        }
        return registry;
    }

    private record Topic(long messages, long keptBytes, TopicState.Traffic traffic) {}

    private record Consumer(String topic, long lag) {}

    private record Group(String topic, String name, long lag) {}

    private MetricSnapshots snapshots() {
        Map<String, Topic> topics = new LinkedHashMap<>(); // not the states themselves, which are large
        pluginConfig
                .broker
                .topics()
                .items()
                .forEach(topic ->
                        topics.put(topic.name(), new Topic(topic.messages(), topic.keptBytes(), topic.traffic())));
        return new MetricSnapshots(
                counter(
                        "mini_kafka_topic_messages_in",
                        "Messages that were appended.",
                        topics,
                        topic -> topic.traffic().messagesIn()),
                counter(
                        "mini_kafka_topic_bytes_in",
                        "Bytes that were appended, as they are kept.",
                        topics,
                        topic -> topic.traffic().bytesIn()),
                counter(
                        "mini_kafka_topic_messages_out",
                        "Messages that were read.",
                        topics,
                        topic -> topic.traffic().messagesOut()),
                counter(
                        "mini_kafka_topic_bytes_out",
                        "Bytes that were read, as they were sent.",
                        topics,
                        topic -> topic.traffic().bytesOut()),
                topicGauge("mini_kafka_topic_messages", "Messages that are kept.", topics, Topic::messages),
                topicGauge("mini_kafka_topic_bytes", "Bytes that are kept.", topics, Topic::keptBytes),
                consumerLag(),
                groupLag(),
                requestDurations(),
                gauge(
                        "mini_kafka_memory_used_bytes",
                        "Memory that topics, messages, consumers and producers take.",
                        (double) pluginConfig.budget.kept()),
                gauge(
                        "mini_kafka_memory_limit_bytes",
                        "Memory that topics, messages, consumers and producers may take.",
                        (double) pluginConfig.budget.keptLimit()),
                gauge("mini_kafka_memory_in_flight_used_bytes", "Memory that requests in flight take.", (double)
                        pluginConfig.budget.inFlight()),
                gauge("mini_kafka_memory_in_flight_limit_bytes", "Memory that requests in flight may take.", (double)
                        pluginConfig.budget.inFlightLimit()));
    }

    private static MetricSnapshot counter(
            String name, String help, Map<String, Topic> topics, ToDoubleFunction<Topic> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        topics.entrySet().stream()
                .limit(MAX_NAMES)
                .forEach(topic -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(Labels.of("topic", topic.getKey()))
                        .value(value.applyAsDouble(topic.getValue()))
                        .build()));
        return counter.build();
    }

    private static MetricSnapshot topicGauge(
            String name, String help, Map<String, Topic> topics, ToDoubleFunction<Topic> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        bounded(topics, value).forEach((topic, sum) -> gauge.dataPoint(point(sum, "topic", topic)));
        return gauge.build();
    }

    private MetricSnapshot consumerLag() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("mini_kafka_consumer_lag")
                .help("Messages that a consumer has not read yet.");
        Map<String, Consumer> consumers = new LinkedHashMap<>();
        pluginConfig
                .broker
                .consumers(null, null)
                .items()
                .forEach(consumer ->
                        consumers.put(consumer.consumerId(), new Consumer(consumer.topic(), consumer.lag())));
        bounded(consumers, Consumer::lag)
                .forEach((id, lag) -> gauge.dataPoint(point(
                        lag,
                        "topic",
                        consumers.containsKey(id) ? consumers.get(id).topic() : OTHER,
                        "consumer",
                        id)));
        return gauge.build();
    }

    private MetricSnapshot groupLag() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("mini_kafka_group_lag")
                .help("Messages that a group has not committed yet.");
        Map<List<String>, Long> lags = new LinkedHashMap<>();
        pluginConfig
                .broker
                .groups()
                .items()
                .map(group -> new Group(group.topic(), group.group(), group.lag())) // not the states, which are large
                .sorted(Comparator.comparing(Group::topic))
                .forEach(group -> lags.merge(
                        lags.size() < MAX_NAMES ? List.of(group.topic, group.name) : List.of(OTHER, OTHER),
                        group.lag,
                        Long::sum));
        lags.forEach((names, lag) -> gauge.dataPoint(point(lag, "topic", names.get(0), "group", names.get(1))));
        return gauge.build();
    }

    private MetricSnapshot requestDurations() {
        HistogramSnapshot.Builder histogram = HistogramSnapshot.builder()
                .name("mini_kafka_http_request_duration_seconds")
                .unit(Unit.SECONDS)
                .help("Time to answer a request, including the time that it waited for messages.");
        double[] bounds = RequestStats.BOUNDS;
        pluginConfig.requests.all().forEach((key, latencies) -> {
            ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            long[] counts = latencies.counts();
            for (int i = 0; i < counts.length; i++) {
                buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
            }
            histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(Labels.of(
                            "method", key.method(), "route", key.route(), "status", String.valueOf(key.status())))
                    .classicHistogramBuckets(buckets.build())
                    .sum(latencies.seconds())
                    .build());
        });
        return histogram.build();
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(value))
                .build();
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(double value, String... labels) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(Labels.of(labels))
                .value(value)
                .build();
    }

    private static <T> Map<String, Double> bounded(Map<String, T> byName, ToDoubleFunction<T> value) {
        Map<String, Double> bounded = new LinkedHashMap<>();
        byName.forEach((name, one) ->
                bounded.merge(bounded.size() < MAX_NAMES ? name : OTHER, value.applyAsDouble(one), Double::sum));
        return bounded;
    }
}
