package cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Host names: their syntax (RFC 1123, and the underscores that some networks have), and their addresses. Stateless. */
public final class HostName {
    /** Up to 253 characters, and a dot that may stand at the end. */
    private static final Pattern PATTERN = Pattern.compile("(?=.{1,254}$)[A-Za-z0-9_-]++(\\.[A-Za-z0-9_-]++)*+\\.?");

    private HostName() {}

    /** The address of a host; null if none is known. */
    public static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Whether a text is one. */
    public static boolean isOne(String text) {
        return PATTERN.matcher(text).matches();
    }
}
