package client;

import cli.LaunchCommand;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Explains to a user why a request got no response. Immutable. Use it only for failures, because it may resolve
 * addresses.
 */
final class ConnectionFailure {
    private static final String NOT_TRUSTED = "its certificate is not trusted";
    private static final String OTHER_NAME = "its certificate is for another name than ";

    private final BrokerUrl broker;
    private final IOException cause;

    ConnectionFailure(BrokerUrl broker, IOException cause) {
        this.broker = broker;
        this.cause = cause;
    }

    /** Whether the request may have reached a broker. */
    boolean mayHaveArrived() {
        return !(cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnknownHostException
                || isConnectTimeout());
    }

    /** Whether a retry cannot help, because only one side uses TLS, or because a certificate is rejected. */
    boolean isPermanent() {
        return cause instanceof SSLException
                && !has(SocketException.class)
                && !has(EOFException.class)
                && !has(SocketTimeoutException.class);
    }

    /** The reason without a full stop, such as {@code connection refused}. */
    String reason() {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return "there is no host " + message.replaceFirst(":.*", "");
        } else if (cause instanceof SSLException) {
            return tlsReason(message);
        } else if (isConnectTimeout()) {
            return "the connection attempt timed out";
        } else if (cause instanceof SocketTimeoutException) {
            return "the response timed out";
        } else if (isRefused()) {
            return "connection refused";
        }
        if (isClosed()) {
            return "the connection was closed without an answer";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : decapitalized(message);
    }

    /** A space and a sentence that says what to do; empty if there is no advice. */
    String advice() {
        if (isTlsToPlainPort()) {
            return " Use http://" + broker.toString().replaceFirst("^https://", "") + ".";
        } else if ((isClosed() || isReset()) && broker.scheme().equals("http")) {
            return " If the server expects TLS, use https://.";
        } else if (reason().equals(NOT_TRUSTED)) {
            return " Use --cacert FILE with a certificate to trust, in PEM.";
        } else if (reason().startsWith(OTHER_NAME)) {
            return " Use a name or an address of the certificate, or make one with: " + LaunchCommand.of("Broker")
                    + " cert --name " + broker.host();
        } else if (!isRefused()
                || !isLocal()
                || broker.scheme().equals("https")
                || !proxy(broker).isEmpty()) {
            return "";
        }
        int port = broker.portOrDefault();
        return " Start one with: " + LaunchCommand.of("Broker") + (port == 8000 ? "" : " --port " + port);
    }

    /** {@code  through the proxy localhost:3128 (-Dhttp.proxyHost)}; empty if the JVM uses no proxy. */
    static String proxy(BrokerUrl broker) {
        Optional<Proxy> proxy = ProxySelector.getDefault().select(URI.create(broker.toString())).stream()
                .filter(it -> it.address() instanceof InetSocketAddress)
                .findFirst();
        return proxy.map(it -> {
                    InetSocketAddress address = (InetSocketAddress) it.address();
                    String property = it.type() == Proxy.Type.SOCKS ? "socksProxyHost" : broker.scheme() + ".proxyHost";
                    return " through the proxy " + address.getHostString() + ":" + address.getPort() + " (-D" + property
                            + ")";
                })
                .orElse("");
    }

    private String tlsReason(String message) {
        if (isTlsToPlainPort()) {
            return "the server does not use TLS";
        } else if (has(CertificateExpiredException.class)) {
            return "its certificate has expired";
        } else if (has(CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet";
        } else if (message.matches("(?s).*No (name matching|subject alternative).*")) {
            return OTHER_NAME + broker.host();
        } else if (message.contains("PKIX")) {
            return NOT_TRUSTED;
        }
        return "TLS failed (" + decapitalized(message) + ")";
    }

    private boolean isTlsToPlainPort() {
        return cause instanceof SSLException
                && String.valueOf(cause.getMessage()).contains("unrecognized SSL message");
    }

    private boolean isClosed() {
        return String.valueOf(cause.getMessage()).startsWith("Unexpected end of file");
    }

    private boolean isReset() {
        return cause instanceof SocketException
                && String.valueOf(cause.getMessage()).startsWith("Connection reset");
    }

    private boolean isRefused() {
        return cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("refused");
    }

    private boolean isConnectTimeout() {
        return cause instanceof SocketTimeoutException
                && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("connect");
    }

    private boolean isLocal() {
        try {
            InetAddress address = InetAddress.getByName(broker.host());
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean has(Class<? extends Throwable> type) {
        return Stream.<Throwable>iterate(cause, e -> e != null, Throwable::getCause)
                .anyMatch(type::isInstance);
    }

    private static String decapitalized(String message) {
        boolean isAcronym = message.length() < 2 || Character.isUpperCase(message.charAt(1));
        return isAcronym ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
