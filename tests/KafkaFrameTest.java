package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of Kafka's protocol that no well-behaved client sends: they are answered or the connection is closed. */
class KafkaFrameTest {
    private static final short METADATA_VERSION = 9;
    private static final short PRODUCE_VERSION = 9;

    private static KafkaBrokerProcess broker;

    @BeforeAll
    static void start() throws IOException {
        broker = KafkaBrokerProcess.shared();
    }

    @AfterEach
    void the_broker_serves_others() throws IOException {
        try (Client client = new Client()) {
            client.send(frame(ApiKeys.METADATA, METADATA_VERSION, new MetadataRequestData()));
            client.read();
        }
        assertEquals("", broker.stderr());
    }

    /** A connection that sends any bytes. */
    private static final class Client implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.kafkaPort());
        private final DataInputStream in = new DataInputStream(socket.getInputStream());
        private final DataOutputStream out = new DataOutputStream(socket.getOutputStream());

        Client() throws IOException {
            socket.setSoTimeout(60_000);
        }

        void send(byte[] frame) throws IOException {
            out.writeInt(frame.length);
            out.write(frame);
        }

        ByteBuffer read() throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return ByteBuffer.wrap(frame);
        }

        void assertClosed() {
            IOException end = assertThrows(IOException.class, this::read);
            assertTrue(end instanceof EOFException || end instanceof SocketException, end.toString());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] frame(ApiKeys key, short version, ApiMessage body) {
        return frame(key.id, version, key.requestHeaderVersion(version), bytes(body, version));
    }

    private static byte[] frame(short key, short version, short headerVersion, byte[] body) {
        byte[] header = bytes(
                new RequestHeaderData()
                        .setRequestApiKey(key)
                        .setRequestApiVersion(version)
                        .setCorrelationId(7)
                        .setClientId("test"),
                headerVersion);
        return ByteBuffer.allocate(header.length + body.length)
                .put(header)
                .put(body)
                .array();
    }

    private static byte[] bytes(ApiMessage message, short version) {
        ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x47455420, 100 * 1024 * 1024 + 1})
    void a_request_of_an_impossible_size_ends_the_connection(int size) throws IOException {
        try (Client client = new Client()) {
            client.out.writeInt(size);
            client.assertClosed();
        }
    }

    @Test
    void huge_announced_requests_take_no_memory() throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Client client = new Client();
            client.out.writeInt(100 << 20); // 10 GB in all
            client.out.write(1);
            clients.add(client);
        }
        the_broker_serves_others();
        for (Client client : clients) {
            client.close();
        }
    }

    @Test
    void garbage_ends_the_connection() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] frame = new byte[random.nextInt(100)];
            random.nextBytes(frame);
            if (frame.length > 2) {
                frame[0] = (byte) (i % 100 == 0 ? 1 : 99); // no API key
            }
            try (Client client = new Client()) {
                client.send(frame);
                client.assertClosed();
            }
        }
    }

    @Test
    void a_request_with_changed_bytes_is_answered_or_ends_the_connection() throws IOException {
        Random random = new Random(6);
        List<byte[]> frames = List.of(
                frame(ApiKeys.METADATA, METADATA_VERSION, new MetadataRequestData()),
                frame(ApiKeys.PRODUCE, PRODUCE_VERSION, produce("frames.changed", records(Compression.NONE))),
                frame(
                        ApiKeys.PRODUCE,
                        PRODUCE_VERSION,
                        produce("frames.changed", records(Compression.gzip().build()))),
                frame(
                        ApiKeys.FETCH,
                        (short) 12,
                        new FetchRequestData()
                                .setMaxWaitMs(1)
                                .setTopics(List.of(new FetchRequestData.FetchTopic()
                                        .setTopic("frames.changed")
                                        .setPartitions(List.of(new FetchRequestData.FetchPartition()))))));
        for (int i = 0; i < 3000; i++) {
            byte[] frame = frames.get(i % frames.size()).clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                frame[4 + random.nextInt(frame.length - 4)] = (byte) random.nextInt(256);
            }
            try (Client client = new Client()) {
                client.send(frame);
                client.socket.shutdownOutput();
                client.read();
            } catch (EOFException | SocketException e) {
                // closed
            }
        }
    }

    @Test
    void an_unknown_version_of_api_versions_is_answered_in_version_0() throws IOException {
        try (Client client = new Client()) {
            client.send(frame(
                    ApiKeys.API_VERSIONS.id, (short) 99, (short) 2, bytes(new ApiVersionsRequestData(), (short) 3)));
            ByteBufferAccessor response = new ByteBufferAccessor(client.read());
            assertEquals(7, new ResponseHeaderData(response, (short) 0).correlationId());
            ApiVersionsResponseData versions = new ApiVersionsResponseData(response, (short) 0);
            assertEquals(Errors.UNSUPPORTED_VERSION.code(), versions.errorCode());
            assertTrue(versions.apiKeys().find(ApiKeys.API_VERSIONS.id) != null);
            assertEquals(0, versions.apiKeys().find(ApiKeys.PRODUCE.id).minVersion());
        }
    }

    @Test
    void a_known_api_that_is_not_served_gets_an_error() throws IOException {
        try (Client client = new Client()) {
            client.send(frame(
                    ApiKeys.DESCRIBE_QUORUM,
                    (short) 0,
                    new org.apache.kafka.common.message.DescribeQuorumRequestData()));
            client.read();
        }
    }

    @Test
    void a_damaged_record_batch_is_refused() throws IOException {
        ByteBuffer records = records(Compression.NONE).buffer().duplicate();
        records.put(records.limit() - 1, (byte) ~records.get(records.limit() - 1));
        assertEquals(Errors.CORRUPT_MESSAGE, produced("frames.damaged", MemoryRecords.readableRecords(records)));
        records.limit(records.limit() - 3);
        assertEquals(Errors.INVALID_RECORD, produced("frames.damaged", MemoryRecords.readableRecords(records)));
        assertEquals(Errors.INVALID_RECORD, produced("frames.damaged", MemoryRecords.EMPTY));
        assertEquals(
                Errors.NONE,
                produced("frames.damaged", records(Compression.zstd().build())));
        assertEquals(
                2,
                broker.http()
                        .get("/topics/frames.damaged/messages")
                        .get("end_offset")
                        .asInt());
    }

    @Test
    void a_small_batch_of_large_records_is_refused_when_it_is_decompressed() throws IOException {
        MemoryRecords bomb =
                MemoryRecords.withRecords(Compression.gzip().build(), new SimpleRecord(new byte[50 << 20]));
        assertTrue(bomb.sizeInBytes() < 1 << 20);
        assertEquals(Errors.MESSAGE_TOO_LARGE, produced("frames.bomb", bomb));
    }

    private static Errors produced(String topic, MemoryRecords records) throws IOException {
        broker.http().post("/topics/register", "topic", topic);
        try (Client client = new Client()) {
            client.send(frame(ApiKeys.PRODUCE, PRODUCE_VERSION, produce(topic, records)));
            ByteBufferAccessor response = new ByteBufferAccessor(client.read());
            new ResponseHeaderData(response, ApiKeys.PRODUCE.responseHeaderVersion(PRODUCE_VERSION));
            return Errors.forCode(new ProduceResponseData(response, PRODUCE_VERSION)
                    .responses()
                    .find(topic, org.apache.kafka.common.Uuid.ZERO_UUID)
                    .partitionResponses()
                    .get(0)
                    .errorCode());
        }
    }

    private static ProduceRequestData produce(String topic, MemoryRecords records) {
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1000);
        request.topicData()
                .add(new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(
                                List.of(new PartitionProduceData().setIndex(0).setRecords(records))));
        return request;
    }

    private static MemoryRecords records(Compression compression) {
        return MemoryRecords.withRecords(
                compression, new SimpleRecord("first".getBytes(UTF_8)), new SimpleRecord("second".getBytes(UTF_8)));
    }

    @Test
    void pipelined_requests_are_answered_in_their_order() throws IOException {
        try (Client client = new Client()) {
            for (int i = 0; i < 50; i++) {
                client.send(frame(ApiKeys.METADATA, METADATA_VERSION, new MetadataRequestData()));
            }
            for (int i = 0; i < 50; i++) {
                assertEquals(7, client.read().getInt());
            }
        }
    }
}
