package tests.fuzz;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Sends valid requests whose bytes were changed, each over a connection of its own. Each gets an answer or the end of its connection;
 * if nothing comes soon, the request may be incomplete, and so the client says that no more of it comes. Thread-safe.
 */
final class ByteSender implements Sender {
    private static final int SOON_MS = 40;
    private static final int EXAMPLES_OF_EACH = 4;

    private final int port;
    private final long seed;
    private final Mutations mutations;
    private final Failures failures;

    ByteSender(int port, long seed, ApiDocument document, Failures failures) {
        this.port = port;
        this.seed = seed;
        this.failures = failures;
        List<String> examples = new Requests(document)
                .examples(new SplittableRandom(seed), EXAMPLES_OF_EACH).stream()
                        .map(request -> request.bytes().replace(Values.KEPT, "wild-"))
                        .collect(Collectors.toList());
        this.mutations = new Mutations(examples);
    }

    @Override
    public int threads() {
        return 16;
    }

    @Override
    public Worker worker() {
        return number -> {
            SplittableRandom random = new SplittableRandom(~seed * 1_000_003 + number);
            return send(number, mutations.next(random), random.nextInt(4) > 0);
        };
    }

    private Sent send(long number, String bytes, boolean endsAtOnce) {
        try (FuzzConnection connection = new FuzzConnection(port)) {
            List<Answer> answers = exchange(connection, bytes, endsAtOnce);
            answers.forEach(answer -> AnswerCheck.generalFault(answer)
                    .ifPresent(fault -> failures.add(fault, "byte request " + number + ", answer " + answer, bytes)));
            return new Sent(
                    bytes,
                    answers.isEmpty() ? 0 : answers.get(0).status(),
                    !answers.isEmpty() && answers.stream().allMatch(Answer::isRefusal));
        } catch (SocketTimeoutException e) {
            failures.add(
                    "neither an answer nor the end of the connection",
                    "byte request " + number + ", within " + FuzzConnection.ANSWER_TIMEOUT_MS + " ms",
                    bytes);
        } catch (EOFException e) {
            failures.add("an answer is incomplete", "byte request " + number + ": " + e.getMessage(), bytes);
        } catch (IOException e) {
            if (!isEnd(e)) {
                failures.add("an answer cannot be read", "byte request " + number + ": " + e, bytes);
            }
        }
        return new Sent(bytes, 0, false);
    }

    private static List<Answer> exchange(FuzzConnection connection, String bytes, boolean endsAtOnce)
            throws IOException {
        connection.send(bytes);
        if (!endsAtOnce && connection.isAtEndWithin(SOON_MS)) {
            throw new IOException("the connection was closed without an answer");
        }
        connection.halfClose();
        return connection.readToEnd();
    }

    /** The broker ends a connection before it has read all that came, and the system tells the client so. */
    private static boolean isEnd(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("reset") || message.contains("Broken pipe");
    }
}
