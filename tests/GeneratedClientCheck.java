import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.BrokerApi;
import org.openapitools.client.api.ConsumersApi;
import org.openapitools.client.api.MessagesApi;
import org.openapitools.client.api.TopicsApi;
import org.openapitools.client.model.ConsumeRequest;
import org.openapitools.client.model.ConsumerRegistered;
import org.openapitools.client.model.ConsumerRegistration;
import org.openapitools.client.model.Message;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.PublishRequest;
import org.openapitools.client.model.StartPosition;
import org.openapitools.client.model.TopicRegistration;

/**
 * Produces and consumes with the client that openapi-generator makes out of /openapi.json, against a live broker: what the
 * document says is what the broker does. Run by .ci/openapi; the argument is the broker's address.
 */
public class GeneratedClientCheck {
    private static final String TOPIC = "generated-" + UUID.randomUUID();

    private final ApiClient client = new ApiClient();
    private final MessagesApi messages;
    private final ConsumersApi consumers;

    private GeneratedClientCheck(String broker) {
        client.updateBaseUri(broker);
        messages = new MessagesApi(client);
        consumers = new ConsumersApi(client);
    }

    public static void main(String... args) throws Exception {
        GeneratedClientCheck check = new GeneratedClientCheck(args[0]);
        check.producesAndConsumes();
        check.startsWhereItIsTold();
        check.readsProblems();
        System.out.println("The generated client works.");
    }

    private void producesAndConsumes() throws ApiException {
        expect(
                "created",
                true,
                new TopicsApi(client)
                        .registerTopic(new TopicRegistration().topic(TOPIC))
                        .getCreated());
        String alice = register(null).getConsumerId();
        for (String value : List.of("one", "two \u20ac", "three")) {
            messages.produce(new PublishRequest().topic(TOPIC).value(value).key("key of " + value));
        }
        expect("value", "one", consume(alice).getValue());
        expect("value", "two \u20ac", consume(alice).getValue());
        expect(
                "lag",
                1L,
                new BrokerApi(client).stats().getConsumers().get(alice).getLag());
        expect("key", "key of three", consume(alice).getKey());
        expect("message after the last", null, consume(alice));
        messages.produce(new PublishRequest().topic(TOPIC).value("no key"));
        expect("key", null, consume(alice).getKey());
    }

    private void startsWhereItIsTold() throws ApiException {
        expect("offset", 2L, register(new StartPosition(2L)).getOffset());
        expect("offset", 4L, register(new StartPosition("latest")).getOffset());
    }

    private void readsProblems() throws Exception {
        try {
            messages.produce(new PublishRequest().topic("no-" + TOPIC).value("x"));
            throw new AssertionError("An unknown topic was not refused");
        } catch (ApiException e) {
            expect("status", 404, e.getCode());
            Problem problem = ApiClient.createDefaultObjectMapper().readValue(e.getResponseBody(), Problem.class);
            expect("code", "TOPIC_NOT_FOUND", problem.getCode());
        }
    }

    private ConsumerRegistered register(StartPosition start) throws ApiException {
        return consumers.registerConsumer(
                new ConsumerRegistration().topic(TOPIC).start(start));
    }

    private Message consume(String consumerId) throws ApiException {
        return messages.consume(new ConsumeRequest().consumerId(consumerId));
    }

    private static void expect(String what, Object expected, Object actual) {
        if (!String.valueOf(expected).equals(String.valueOf(actual))) {
            throw new AssertionError(what + " is " + actual + ", not " + expected);
        }
    }
}
