package tests;

/** A broker that tests use over HTTP: in a process of its own, or in the process of the tests. */
interface RunningBroker extends AutoCloseable {
    int port();

    default String url() {
        return "http://127.0.0.1:" + port();
    }

    default Http http() {
        return new Http(url());
    }

    /** Sends each request with this token. */
    default Http http(String token) {
        return new Http(url(), token);
    }

    @Override
    void close();
}
