package cli;

import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What a broker prints when it is ready: its addresses, and what to type next.
 *
 * @param address that it listens on
 * @param scheme http or https
 * @param host as the user wrote it
 * @param otherUrls at which other machines reach it
 * @param isOpen whether clients need no token
 * @param certificate that clients have to trust; null without TLS
 * @param keeping says where topics are kept, and how to stop
 */
public record Announcement(
        InetAddress address,
        String scheme,
        String host,
        int port,
        List<String> otherUrls,
        boolean isOpen,
        Path certificate,
        String keeping) {
    private static final int DEFAULT_PORT = 8000;

    public void print(PrintStream out) {
        String url = HostName.url(scheme, address.isAnyLocalAddress() ? "127.0.0.1" : host, port);
        boolean isDefault = scheme.equals("http") && port == DEFAULT_PORT;
        String broker = (isDefault ? "" : " --broker " + url)
                + (certificate == null ? "" : " --cacert " + certificate)
                + (isOpen ? "" : " --token-file FILE");
        out.printf("mini-kafka is ready at %s (open it in a browser; API documentation: %s/docs)%n", url, url);
        if (address.isAnyLocalAddress()) {
            out.println(
                    otherUrls.isEmpty()
                            ? "Other machines cannot reach it, because this machine has no network address."
                            : "Other machines reach it at " + String.join(" or ", otherUrls));
        }
        if (!address.isLoopbackAddress() && isOpen) {
            out.println(
                    "There is no authentication: anyone who can reach the port can read, write and delete everything. "
                            + "With --auth FILE, each request needs a token.");
        } else if (!address.isLoopbackAddress() && certificate == null) {
            out.println(
                    "There is no TLS: others in the network can read tokens and messages. The command cert makes a certificate.");
        }
        out.printf("Next, in other terminals:%n");
        out.printf("  %s%s --topic greetings%n", LaunchCommand.of("Consumer"), broker);
        out.printf("  %s%s --topic greetings \"hello, world\"%n", LaunchCommand.of("Producer"), broker);
        out.println(keeping);
    }
}
