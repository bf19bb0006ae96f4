package client;

import cli.HostName;
import java.net.IDN;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of a broker: {@code http://host:port/prefix}. The scheme, the port and the path are optional. The path
 * precedes the path of every call, for a broker behind a proxy. {@link java.net.URI} is not used, because it rejects
 * host names with an underscore. Immutable.
 *
 * @param scheme http or https
 * @param host a name or an address; IPv6 without brackets
 * @param port -1 for the default of the scheme
 * @param prefix empty, or begins with a slash and does not end with one
 */
record BrokerUrl(String scheme, String host, int port, String prefix) {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
    private static final Pattern AUTHORITY = Pattern.compile("([^/?#\\\\]*)(.*)", Pattern.DOTALL);
    private static final Pattern PREFIX =
            Pattern.compile("(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]++|%[0-9A-Fa-f]{2})*+)?");
    private static final String EXAMPLE = "http://127.0.0.1:8000";

    /**
     * Parses a URL. Surrounding whitespace is ignored.
     *
     * @throws IllegalArgumentException whose message says what is wrong
     */
    static BrokerUrl parse(String text) {
        String url = text.strip();
        require(!url.isEmpty(), "the URL is empty; an example is " + EXAMPLE);
        Matcher scheme = SCHEME.matcher(url);
        boolean hasScheme = scheme.matches();
        String name = hasScheme ? scheme.group(1).toLowerCase(Locale.ROOT) : "http";
        require(
                name.matches("https?"),
                quoted(text) + " has the scheme " + name + ", but only http and https are supported");
        require(
                hasScheme || !url.matches("(?i)https?:(/.*|[^/\\d].*)"),
                quoted(text) + " has no // after " + url.replaceFirst(":.*", ":"));
        Matcher parts = AUTHORITY.matcher(hasScheme ? scheme.group(2) : url);
        parts.matches();
        String authority = parts.group(1);
        require(
                !authority.contains("@"),
                "the URL has a user name or password before the @, which is not supported; an example is " + EXAMPLE);
        require(!authority.isEmpty(), quoted(text) + " names no host; an example is " + EXAMPLE);
        int colon = portColon(text, authority);
        String host = host(text, colon < 0 ? authority : authority.substring(0, colon));
        return new BrokerUrl(
                name, host, colon < 0 ? -1 : port(text, authority.substring(colon + 1)), prefix(text, parts.group(2)));
    }

    /**
     * The URL of a call.
     *
     * @param path begins with a slash
     */
    URL of(String path) {
        try {
            return new URL(this + path);
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    int portOrDefault() {
        return port >= 0 ? port : scheme.equals("https") ? 443 : 80;
    }

    @Override
    public String toString() {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + (port < 0 ? "" : ":" + port) + prefix;
    }

    /** The index of the colon before the port; -1 if there is no port. */
    private static int portColon(String text, String authority) {
        int last = authority.lastIndexOf(':');
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            require(end > 0, quoted(text) + " has no ] after the [ of an IPv6 address");
            require(
                    end == authority.length() - 1 || authority.charAt(end + 1) == ':',
                    quoted(text) + " has something other than a port after the ]");
            return end == authority.length() - 1 ? -1 : end + 1;
        }
        if (last < 0 || !isIpv6(authority)) {
            return last;
        }
        require(
                !authority.substring(last).matches(":\\d+") || !isIpv6(authority.substring(0, last)),
                quoted(text) + " can be read in two ways. Write [" + authority.substring(0, last) + "]"
                        + authority.substring(last) + " if the last number is the port, or [" + authority + "]");
        return -1;
    }

    private static String host(String text, String given) {
        if (given.startsWith("[")) {
            String address = given.substring(1, given.length() - 1).replaceFirst("%25", "%");
            require(isIpv6(address), quoted(text) + " has no IPv6 address between [ and ]");
            return address;
        }
        require(!given.isEmpty(), quoted(text) + " names no host; an example is " + EXAMPLE);
        if (isIpv6(given)) {
            return given;
        }
        String name = ascii(given);
        require(
                HostName.isOne(name),
                quoted(text) + " has the host " + quoted(given) + ", which is neither a name nor an address");
        return name.toLowerCase(Locale.ROOT);
    }

    /** Never waits for a name server, because the JDK does not resolve an address in brackets. */
    private static boolean isIpv6(String text) {
        try {
            return text.contains(":") && InetAddress.getByName("[" + text + "]") != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The name in the ASCII form that DNS uses. */
    private static String ascii(String name) {
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            return name; // the caller rejects it
        }
    }

    private static int port(String text, String digits) {
        require(
                digits.matches("\\d+"),
                quoted(text) + " has "
                        + (digits.isEmpty()
                                ? "no port after the colon"
                                : "the port " + quoted(digits) + ", which is not a number"));
        int port = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        require(
                port >= 1 && port <= 65535,
                quoted(text) + " has the port " + digits + ", but a port is from 1 to 65535");
        return port;
    }

    private static String prefix(String text, String rest) {
        require(!rest.contains("?"), quoted(text) + " has a query (after the ?), which is not supported");
        require(!rest.contains("#"), quoted(text) + " has a fragment (after the #), which is not supported");
        require(
                PREFIX.matcher(rest).matches(),
                quoted(text) + " has the path " + quoted(rest)
                        + ", which has characters that are not allowed in a URL");
        return rest.replaceFirst("/+$", "");
    }

    /** Replaces control characters, so that the text stays on one line. */
    private static String quoted(String text) {
        return "'" + text.strip().replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
