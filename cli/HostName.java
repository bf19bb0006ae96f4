package cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** The syntax of host names (RFC 1123, and underscores, which some networks use), and their resolution. Stateless. */
public final class HostName {
    /** Up to 253 characters, and an optional dot at the end. */
    private static final Pattern PATTERN = Pattern.compile("(?=.{1,254}$)[A-Za-z0-9_-]++(\\.[A-Za-z0-9_-]++)*+\\.?");

    private HostName() {}

    /** Resolves a host; null if it has no known address. May wait for the name server. */
    public static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Whether a text is a syntactically valid host name. */
    public static boolean isOne(String text) {
        return PATTERN.matcher(text).matches();
    }

    /**
     * The URL of a server. An IPv6 address gets brackets.
     *
     * @param scheme http or https
     */
    public static String url(String scheme, String host, int port) {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
