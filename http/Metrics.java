package http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.TopicState;
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
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Serves metrics at {@code /metrics} in the text format of Prometheus. Other classes count; this one reads their numbers. The
 * Prometheus library and the metrics of the JVM are loaded on the first request.
 *
 * <p>Names of topics, groups and consumers are labels. Because anyone can create names, only the first {@value #MAX_NAMES} names of
 * each kind, in alphabetical order, are labels. The gauges of the others are added up as {@code (other)}. Their counters are not
 * shown, because such a sum would decrease whenever a topic gets a label or is deleted.
 *
 * <p>Safe for any number of threads.
 */
public final class Metrics {
    private static final String PATH = "/metrics";
    private static final int MAX_NAMES = 500;
    private static final String OTHER = "(other)";

    private final MemoryBudget budget;
    private final RequestStats requests;

    /** The metrics of the JVM; null before the first request. */
    @GuardedBy("this")
    private PrometheusRegistry jvm;

    /**
     * @param budget the memory of the broker
     * @param requests the requests of all clients
     */
    public Metrics(MemoryBudget budget, RequestStats requests) {
        this.budget = budget;
        this.requests = requests;
    }

    /** The route that serves the metrics. It is not in the OpenAPI document, because its format is for Prometheus. */
    public Route route(MessageBroker broker) {
        return Route.get(PATH, call -> text(broker)).slow().requires(Action.METRICS);
    }

    private TextAnswer text(MessageBroker broker) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        try {
            writer.write(
                    out,
                    MetricSnapshots.of(Stream.concat(jvm().scrape().stream(), snapshots(broker))
                            .toArray(MetricSnapshot[]::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TextAnswer(writer.getContentType(), out.toByteArray());
    }

    private synchronized PrometheusRegistry jvm() {
        if (jvm == null) {
            jvm = new PrometheusRegistry();
            JvmMetrics.builder().register(jvm);
        }
        return jvm;
    }

    private record Topic(long messages, long keptBytes, TopicState.Traffic traffic) {}

    private record Consumer(String topic, long lag) {}

    private record Group(String topic, String name, long lag) {}

    private Stream<MetricSnapshot> snapshots(MessageBroker broker) {
        Map<String, Topic> topics = new LinkedHashMap<>(); // not the states themselves, which are large
        broker.topics()
                .items()
                .forEach(topic ->
                        topics.put(topic.name(), new Topic(topic.messages(), topic.keptBytes(), topic.traffic())));
        return Stream.of(
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
                consumerLag(broker),
                groupLag(broker),
                requestDurations(),
                gauge(
                        "mini_kafka_memory_used_bytes",
                        "Memory that topics, messages, consumers and producers take.",
                        (double) budget.kept()),
                gauge(
                        "mini_kafka_memory_limit_bytes",
                        "Memory that topics, messages, consumers and producers may take.",
                        (double) budget.keptLimit()),
                gauge("mini_kafka_memory_in_flight_used_bytes", "Memory that requests in flight take.", (double)
                        budget.inFlight()),
                gauge("mini_kafka_memory_in_flight_limit_bytes", "Memory that requests in flight may take.", (double)
                        budget.inFlightLimit()));
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

    private static MetricSnapshot consumerLag(MessageBroker broker) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("mini_kafka_consumer_lag")
                .help("Messages that a consumer has not read yet.");
        Map<String, Consumer> consumers = new LinkedHashMap<>();
        broker.consumers(null, null)
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

    private static MetricSnapshot groupLag(MessageBroker broker) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("mini_kafka_group_lag")
                .help("Messages that a group has not committed yet.");
        Map<List<String>, Long> lags = new LinkedHashMap<>();
        broker.groups()
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
        requests.all().forEach((key, latencies) -> {
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
