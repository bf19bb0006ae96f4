package tests.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;

/** Sends requests made from the broker's own OpenAPI document, and holds the answers against it. Thread-safe. */
final class SchemaSender implements Sender {
    private final int port;
    private final long seed;
    private final Requests requests;
    private final AnswerCheck check;
    private final Ledger ledger;
    private final Failures failures;

    SchemaSender(int port, long seed, ApiDocument document, Ledger ledger, Failures failures) {
        this.port = port;
        this.seed = seed;
        this.requests = new Requests(document);
        this.check = new AnswerCheck(document);
        this.ledger = ledger;
        this.failures = failures;
    }

    @Override
    public int threads() {
        return 4;
    }

    @Override
    public Worker worker() {
        return new SchemaWorker();
    }

    private final class SchemaWorker implements Worker {
        private FuzzConnection connection;
        private String previous = "";

        @Override
        public Sent send(long number) {
            FuzzRequest request = requests.next(new SplittableRandom(seed * 1_000_003 + number));
            try {
                Answer answer = exchange(request);
                check.fault(request, answer)
                        .or(() -> ledger.note(request, answer))
                        .ifPresent(fault -> failures.add(
                                fault, "schema request " + number + ", answer " + answer, request.bytes()));
                return new Sent(request.bytes(), answer.status(), answer.isRefusal());
            } catch (IOException e) {
                failures.add(
                        "no answer",
                        "schema request " + number + ", with the one before it on the connection: " + e,
                        previous + request.bytes());
                close();
                return new Sent(request.bytes(), 0, false);
            }
        }

        private Answer exchange(FuzzRequest request) throws IOException {
            connection = connection == null ? new FuzzConnection(port) : connection;
            connection.send(request.bytes());
            Answer answer =
                    request.operation().isEndless() ? connection.readBegin() : connection.read(request.isHead());
            previous = request.bytes();
            if (answer.endsConnection() || (request.operation().isEndless() && !answer.isRefusal())) {
                close();
            }
            return answer;
        }

        @Override
        public void close() {
            try {
                if (connection != null) {
                    connection.close();
                }
                connection = null;
                previous = "";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
