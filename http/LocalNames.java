package http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Recognizes local names: host names that only this machine or its network can have, and no site on the internet. A name is local if it
 * is an address, has no dot, or ends in a label that is not a top-level domain. Examples are {@code broker.lan}, and
 * {@code kafka.default} in Kubernetes. The public suffix list of the JDK contains the top-level domains. Without this file, only
 * well-known endings are local.
 *
 * <p>A top-level domain that is newer than the JDK counts as local. Safe for any number of threads.
 */
final class LocalNames {
    /** IP addresses. IPv6 addresses are in brackets. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-f:.]+(%[^\\]]*)?]");

    /** The maximum length of a DNS name, in characters, without a trailing dot (RFC 1035). */
    private static final int MAX_LENGTH = 253;

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]++(\\.[a-z0-9_-]++)*+");

    /** Names that are local by a standard (RFC 6761, 6762, 8375) or by convention, even if they end in a top-level domain. */
    private static final Pattern WELL_KNOWN = Pattern.compile(
            "(.*\\.)?(localhost|local|internal|localdomain|test|lan|home|corp|intranet|private|svc|home\\.arpa|fritz\\.box)");

    /** Labels that are not in the list, but belong to other name systems than DNS or are reserved for documentation. */
    private static final Set<String> NEVER_LOCAL = Set.of("example", "invalid", "onion", "i2p", "alt", "eth", "bit");

    private static final Path TOP_LEVEL_DOMAINS =
            Path.of(System.getProperty("java.home"), "lib", "security", "public_suffix_list.dat");

    /** Null before the first use, and if the file cannot be read. */
    private volatile Set<String> topLevelDomains;

    /** @param host in lower case, without a port and without a trailing dot */
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

    /**
     * A label of two letters is a country code. A label in another script cannot be looked up, because the list has it in Unicode and a host
     * has it as {@code xn--}.
     */
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
