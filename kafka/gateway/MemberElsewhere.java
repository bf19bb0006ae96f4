package kafka.gateway;

/** Another gateway serves a member of a group. The call has to go there: see {@link Forwarder}. */
@SuppressWarnings("serial") // an exception is not serialized here
final class MemberElsewhere extends RuntimeException {
    private final String consumerId;
    private final String url;

    /** @param url of the other gateway */
    MemberElsewhere(String consumerId, String url) {
        super("the gateway " + url + " serves consumer " + consumerId, null, false, false);
        this.consumerId = consumerId;
        this.url = url;
    }

    String consumerId() {
        return consumerId;
    }

    String url() {
        return url;
    }
}
