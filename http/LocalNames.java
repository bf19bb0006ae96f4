package http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Tells host names that only this machine or its network can have from those that a site on the internet can have. A name is local if it
 * is an address, has no dot, or ends in a label that is no top-level domain: {@code broker.lan}, or {@code kafka.default} in
 * Kubernetes. The JDK's public suffix list knows the top-level domains. Without this file only well-known endings are local.
 *
 * <p>A top-level domain that is younger than the JDK counts as local. Safe for any number of threads.
 */
final class LocalNames {
    /** Addresses; the brackets are those of IPv6. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-f:.]+(%[^\\]]*)?]");

    /** The longest name that DNS has, in characters: RFC 1035, without the dot at its end. */
    private static final int MAX_LENGTH = 253;

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]++(\\.[a-z0-9_-]++)*+");

    /** Local by a standard (RFC 6761, 6762, 8375) or by long use, also where they end in a top-level domain. */
    private static final Pattern WELL_KNOWN = Pattern.compile(
            "(.*\\.)?(localhost|local|internal|localdomain|test|lan|home|corp|intranet|private|svc|home\\.arpa|fritz\\.box)");

    /** In no list of top-level domains, but served by other means, or kept for documentation. */
    private static final Set<String> NEVER_LOCAL = Set.of("example", "invalid", "onion", "i2p", "alt", "eth", "bit");

    private static final Path TOP_LEVEL_DOMAINS =
            Path.of(System.getProperty("java.home"), "lib", "security", "public_suffix_list.dat");

    /** Null until they are asked for, or if the file cannot be read. */
    private volatile Set<String> topLevelDomains;

    /** @param host in lower case, without a port and without a dot at its end */
    boolean contains(String host) {
        if (host.length() > MAX_LENGTH) {
            return false;
        }
        if (ADDRESS.matcher(host).matches()) {
            return true;
        }
        if (!NAME.matcher(host).matches()) {
            return false;
        }
        return host.indexOf('.') < 0
                || WELL_KNOWN.matcher(host).matches()
                || !isOnInternet(host.substring(host.lastIndexOf('.') + 1));
    }

    /** Two letters are a country's; the list has names of other scripts as they are, and a host has them as {@code xn--}. */
    private boolean isOnInternet(String lastLabel) {
        if (lastLabel.length() <= 2 || lastLabel.startsWith("xn--") || NEVER_LOCAL.contains(lastLabel)) {
            return true;
        }
        Set<String> domains = topLevelDomains();
        return domains == null || domains.contains(lastLabel);
    }

    private Set<String> topLevelDomains() {
        if (topLevelDomains == null) {
            try (ZipFile list = new ZipFile(TOP_LEVEL_DOMAINS.toFile())) {
                Set<String> domains = list.stream().map(ZipEntry::getName).collect(Collectors.toSet());
                topLevelDomains = domains.contains("com") ? domains : null;
            } catch (IOException e) {
                return null;
            }
        }
        return topLevelDomains;
    }
}
