package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Scripts.Result;

/** The access file, the command that adds tokens to it, and the clients that use them. */
class AccessFileTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    // What a broker says of a file.

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~| it is empty",
                "~[]~| the file must be an object with the fields principals",
                "~{\"principals\": 1}~| principals must be a list",
                "~{\"principals\": [1]}~| principals[0] must be an object with the fields name, rules, token_sha256",
                "~{\"principals\": [{}]}~| principals[0].name is required",
                "~{\"principals\": [{\"name\": \"a b\"}]}~| principals[0].name must be 1 to 249 characters",
                "~{\"principals\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}~| there are two principals with the name a",
                "~{\"principals\": [{\"name\": \"a\", \"rule\": []}]}~| principals[0] has the unknown field \"rule\"",
                "~{\"principals\": [{\"name\": \"a\", \"token_sha256\": [\"12\"]}]}~| principals[0].token_sha256[0] must be",
                "~{\"principals\": [{\"name\": \"a\", \"token_sha256\": \"12\"}]}~| principals[0].token_sha256 must be a list",
                "~{\"principals\": [{\"name\": \"a\", \"rules\": [{}]}]}~| principals[0].rules[0].actions is required",
                "~{\"principals\": [{\"name\": \"a\", \"rules\": [{\"actions\": [\"read\"]}]}]}~| there is no action \"read\". The actions are produce",
                "~{\"principals\": [{\"name\": \"a\", \"rules\": [{\"actions\": [\"*\"], \"topics\": [\"a*b\"]}]}]}~| \"a*b\" is neither a name nor a prefix",
                "~{\"principals\": [{\"name\": \"a\"}], \"principals\": []}~| line 1: Duplicate",
                "~{\"principals\": [~| line 1: ",
                "~principals:\n- name: a\n  rules:\n  - actions: [produce]\n    topic: [x]~| principals[0].rules[0] has the unknown field \"topic\"",
                "~principals: [}~| line 1: not valid YAML: while parsing a flow node, expected the node content, but found '}'",
                "~principals: [{name: 007}]~| principals[0].name is required, and must be a string, in quotes",
                "~principals:\n- name: a\n  rules:\n  - actions: [produce]\n    topics: [1.10]~| topics must be a list of strings. Put each in quotes",
                "~principals:\n- name: a\n  rules:\n  - actions: [produce]\n    topics: [&x a, *x]~| line 5: an access file has no aliases",
                "~principals: []\n---\nprincipals: []~| it has 2 YAML documents",
                "~{\"principals\": []} {}~| line 1: Trailing token",
                "~principals: {}\nprincipals: {}~| line 2: "
            })
    void a_file_that_is_not_valid_is_refused_with_the_place(String content, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("access.yaml"), content);
        Result refused = Commands.run("Broker.java", "--port", "0", "--auth", file.toString());
        assertEquals(1, refused.exitCode());
        assertTrue(
                refused.stderr().startsWith("broker: The access file " + file + " is not valid: ")
                        && refused.stderr().contains(message)
                        && refused.stderr().lines().count() == 1,
                refused.stderr());
    }

    @Test
    void a_file_that_does_not_exist_is_refused_with_the_command_that_makes_it() {
        Result refused = Commands.run("Broker.java", "--port", "0", "--auth", "none.yaml");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.stderr().contains("Broker.java token NAME --auth none.yaml"), refused.stderr());
    }

    @Test
    void yaml_and_json_are_read_alike() throws IOException {
        for (String content : List.of(
                "# Who may use the broker\nprincipals:\n- name: a\n  token_sha256:\n  - " + Access.sha256("secret")
                        + "\n  rules:\n  - {actions: ['*'], topics: ['*'], groups: ['*']}\n",
                "\n {\"principals\": [{\"name\": \"a\",\t\"token_sha256\": [\"" + Access.sha256("secret")
                        + "\"], \"rules\": [{\"actions\": [\"*\"], \"topics\": [\"*\"], \"groups\": null}]}]}")) {
            Path file = Files.writeString(folder.resolve("access"), content);
            try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
                assertEquals(
                        200,
                        broker.http("secret")
                                .post("/topics/register", "topic", "t")
                                .status());
            }
        }
    }

    // The command that makes a token.

    @ParameterizedTest
    @CsvSource({"access.yaml", "access.json"})
    void a_token_is_printed_once_and_only_its_hash_is_stored(String name) throws IOException {
        Path file = folder.resolve(name);
        assertEquals(0, token("007", "--auth", file.toString()).exitCode());
        assertEquals(0, token("007", "--auth", file.toString()).exitCode());
        Result made = token("team-1", "--auth", file.toString());
        String token = made.out().strip();
        assertTrue(token.matches("mk_[A-Za-z0-9_-]{43}"), made.out());
        assertFalse(made.stderr().contains(token));
        assertFalse(Files.readString(file).contains(token));
        assertTrue(Files.readString(file).contains(Access.sha256(token)));
        assertTrue(
                made.stderr().contains("added principal team-1")
                        && made.stderr().contains("produce, consume, create; topics team-1-*; groups team-1-*")
                        && made.stderr()
                                .contains("the hash of the token begins with "
                                        + Access.sha256(token).substring(0, 8) + ". To revoke"),
                made.stderr());
        String second = token("team-1", "--auth", file.toString()).out().strip();
        String metrics = token(
                        "prometheus",
                        "--auth",
                        file.toString(),
                        "--actions",
                        "metrics",
                        "--topics",
                        "*",
                        "--groups",
                        "*")
                .out()
                .strip();
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            for (String one : List.of(token, second)) {
                Http http = broker.http(one);
                http.produce("team-1-orders", 1);
                assertEquals(200, http.get("/topics/team-1-orders").status());
                assertEquals(
                        403, http.post("/topics/register", "topic", "other").status());
            }
            assertTrue(broker.http(metrics).get("/metrics").text().contains("topic=\"team-1-orders\""));
            String third = token("team-1", "--auth", file.toString()).out().strip();
            Await.until(
                    "the new token is read",
                    () -> broker.http(third).get("/topics").status() == 200);
        }
    }

    @Test
    void comments_and_permissions_of_the_file_stay() throws IOException {
        Path file = Files.writeString(
                folder.resolve("access.yaml"),
                "# The class of 2026\nprincipals:\n  # the teacher\n  - name: teacher\n    token_sha256: [" + HASH
                        + "] # of the laptop\n    rules:\n      - actions: [\"*\"]\n        topics: [\"*\"]\n  - name: empty\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        for (String name : List.of("teacher", "empty", "team-1")) {
            assertEquals(0, token(name, "--auth", file.toString()).exitCode());
        }
        String after = Files.readString(file);
        for (String comment : List.of("# The class of 2026", "# the teacher", "# of the laptop")) {
            assertTrue(after.contains(comment), after);
        }
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            assertEquals(401, broker.http().get("/stats").status());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b --auth F | 2 | must be 1 to 249 characters",
                "a --auth F --actions read | 1 | there is no action \"read\"",
                "a --auth F --topics x*y | 1 | \"x*y\" is neither a name nor a prefix",
                "a | 2 | Missing required option: '--auth FILE'",
                "known --auth rules --topics x | 2 | rules has the principal known already. Change its rules in the file",
                "a --auth broken | 1 | broken: line 1: "
            })
    void a_wrong_use_is_one_line_and_changes_nothing(String arguments, int exitCode, String message)
            throws IOException {
        Path file = folder.resolve("access.yaml");
        Path broken = Files.writeString(folder.resolve("broken"), "{");
        String before = Access.rules(Access.principal("known", Access.rule("*", "*", "*")));
        Path rules = Files.writeString(folder.resolve("rules"), before);
        String[] given = arguments
                .replaceFirst("^a b", "a/b")
                .replace("F", file.toString())
                .replace("broken", broken.toString())
                .replace("rules", rules.toString())
                .split(" ");
        Result refused = token(given);
        assertEquals(exitCode, refused.exitCode(), refused.stderr());
        assertTrue(
                refused.stderr().contains(message) && refused.stderr().lines().count() == 1, refused.stderr());
        assertEquals("", refused.out());
        assertFalse(Files.exists(file));
        assertEquals("{", Files.readString(broken));
        assertEquals(before, Files.readString(rules));
    }

    private static Result token(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "Broker.java";
        command[1] = "token";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return Commands.run(command);
    }

    // The clients.

    @Test
    void clients_take_the_token_from_an_option_a_file_or_the_environment() throws IOException {
        Path file = folder.resolve("access.yaml");
        String token = token("team-1", "--auth", file.toString()).out().strip();
        Path tokenFile = Files.writeString(folder.resolve("token"), token + "\n");
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            String[] produce = {"Producer.java", "--broker", broker.url(), "--topic", "team-1-x", "hello"};
            String[] consume = {"Consumer.java", "--broker", broker.url(), "--topic", "team-1-x", "--exit-at-end"};
            for (Result done : List.of(
                    Commands.run(with(produce, "--token", token)),
                    Commands.run(with(produce, "--token-file", tokenFile.toString())),
                    Commands.run(Map.of("BROKER_TOKEN", token), new byte[0], produce),
                    Commands.run(
                            Map.of("BROKER_TOKEN", "wrong", "BROKER_TOKEN_FILE", "none"),
                            new byte[0],
                            with(produce, "--token", token)),
                    Commands.run(
                            Map.of("BROKER_TOKEN", "wrong", "BROKER_TOKEN_FILE", "none"),
                            new byte[0],
                            with(produce, "--token-file", tokenFile.toString())),
                    Commands.run(Map.of("BROKER_TOKEN_FILE", tokenFile.toString()), new byte[0], produce))) {
                assertEquals(0, done.exitCode(), done.stderr());
                assertFalse(done.stderr().contains(token));
            }
            assertEquals(
                    "hello\n".repeat(6),
                    Commands.run(with(consume, "--token-file", tokenFile.toString()))
                            .out());
            for (String[] command : List.of(produce, consume)) {
                assertRefused(
                        Commands.run(command),
                        1,
                        "requires a token. Use --token-file FILE or the environment variable BROKER_TOKEN.");
                assertRefused(Commands.run(with(command, "--token", "wrong")), 1, "does not accept the token");
                assertRefused(
                        Commands.run(
                                Map.of("BROKER_TOKEN", token, "BROKER_TOKEN_FILE", tokenFile.toString()),
                                new byte[0],
                                command),
                        2,
                        "BROKER_TOKEN and BROKER_TOKEN_FILE are both set. Unset one of them");
                assertRefused(
                        Commands.run(with(command, "--token", token, "--token-file", tokenFile.toString())),
                        2,
                        "--token=TOKEN, --token-file=FILE are mutually exclusive");
                assertRefused(
                        Commands.run(with(command, "--token", "two words")),
                        2,
                        "The token in --token or BROKER_TOKEN has spaces or other characters");
                assertRefused(
                        Commands.run(with(command, "--token-file", "none")),
                        2,
                        "none cannot be read, because it does not exist");
            }
            assertRefused(
                    Commands.run("Producer.java", "--broker", broker.url(), "--topic", "other", "--token", token, "x"),
                    1,
                    "Topic other does not exist. Principal team-1 does not have any right for a topic with this name.");
        }
    }

    /** A large request is streamed, and then the JDK hides the body of a 401. */
    @Test
    void a_producer_whose_token_is_revoked_says_so() throws IOException {
        Path file = Files.writeString(
                folder.resolve("access.json"), Access.rules(Access.principal("a", Access.rule("*", "*", "*"))));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            CompletableFuture<Result> producing = CompletableFuture.supplyAsync(() -> Commands.run(
                    "Producer.java",
                    "--broker",
                    broker.url(),
                    "--topic",
                    "t",
                    "--token",
                    "token-a",
                    "--count",
                    "1000000000",
                    "--value-size",
                    "1000"));
            Await.until(
                    "it produces", () -> broker.http("token-a").get("/topics/t").status() == 200);
            Files.writeString(file, Access.rules(Access.principal("b", Access.rule("*", "*", "*"))));
            Result ended = producing.join();
            assertEquals(1, ended.exitCode());
            assertTrue(
                    ended.stderr().contains("does not accept the token")
                            && !ended.stderr().contains("No broker answers"),
                    ended.stderr());
        }
    }

    private static String[] with(String[] command, String... more) {
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return all;
    }

    private static void assertRefused(Result result, int exitCode, String message) {
        assertEquals(exitCode, result.exitCode(), result.stderr());
        assertTrue(
                result.stderr().contains(message)
                        && result.stderr().lines().count() == 1
                        && !result.stderr().contains("two words"),
                result.stderr());
    }
}
