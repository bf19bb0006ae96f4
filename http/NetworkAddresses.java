package http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The addresses at which other machines can reach this one. Stateless. */
public final class NetworkAddresses {
    /** Bridges to containers and virtual machines of this machine. */
    private static final Pattern INTERNAL =
            Pattern.compile("docker\\d+|br-[0-9a-f]{12}|veth.*|virbr\\d+|cni\\d+|lxcbr\\d+");

    private NetworkAddresses() {}

    /**
     * The addresses at which other machines reach a server.
     *
     * @param bound the address that the server listens on
     * @return those of all interfaces if it listens on all; empty if it listens on loopback
     */
    public static List<String> reachable(InetAddress bound) {
        if (bound.isLoopbackAddress()) {
            return List.of();
        }
        return bound.isAnyLocalAddress() ? ofAllInterfaces() : List.of(bound.getHostAddress());
    }

    /** The addresses of all interfaces that are up, IPv4 first; without loopback, link-local and internal ones. */
    private static List<String> ofAllInterfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(NetworkAddresses::isReachable)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .sorted(Comparator.comparing((InetAddress address) -> address instanceof Inet6Address))
                    .map(address ->
                            address.getHostAddress().replaceFirst("%.*", "")) // without the scope of an IPv6 address
                    .distinct()
                    .collect(Collectors.toList());
        } catch (SocketException e) {
            return List.of();
        }
    }

    private static boolean isReachable(NetworkInterface network) {
        try {
            return network.isUp()
                    && !network.isLoopback()
                    && !INTERNAL.matcher(network.getName()).matches();
        } catch (SocketException e) {
            return false; // the interface has disappeared
        }
    }
}
