package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another site's page cannot do through a visitor's browser, and what everybody else can. */
class CrossSiteTest {
    private final BrokerProcess broker = BrokerProcess.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: evil.example:8000",
                "Host: x\r\nOrigin: http://evil.example",
                "Host: x\r\nOrigin: null",
                "Host: 127.0.0.1:1\r\nOrigin: http://127.0.0.1:2",
                "Host: x\r\nSec-Fetch-Site: cross-site",
                "Host: x\r\nSec-Fetch-Site: same-site",
                "Host: x\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate"
            })
    void another_site_is_refused(String headers) throws IOException {
        broker.http().produce("access.refused", 0);
        for (String request :
                new String[] {"POST /produce", "POST /topics/register", "DELETE /topics/access.refused"}) {
            String answer = send(request, headers, "{\"topic\":\"access.refused\",\"value\":\"v\"}");
            assertTrue(answer.startsWith("HTTP/1.1 403") && answer.contains("\"FORBIDDEN\""), answer);
        }
        assertEquals(
                0, broker.http().get("/topics/access.refused").get("messages").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.com",
                "EVIL.COM",
                "evil.com.",
                "evil.com:8000",
                "evil.dev",
                "evil.zip",
                "evil.box",
                "notfritz.box",
                "fritz.box.evil.com",
                "arpa.evil.arpa",
                "home.arpa.org",
                "evil.io",
                "evil.qa",
                "evil.xn--p1ai",
                "evil.xn--unknown",
                "127.0.0.1.nip.io",
                "localtest.me",
                "evil.example",
                "evil.invalid",
                "evil.onion",
                "localhost.evil.com",
                "lan.evil.org",
                "evil.co.uk",
                "evil.github.io",
                "evil.com..",
                "evil..lan",
                ".lan",
                "evil.com%00.lan",
                "evil.prod"
            })
    void a_name_that_a_site_can_have_is_refused(String host) throws IOException {
        String answer = send("GET /stats", "Host: " + host, "");
        assertTrue(answer.matches("(?s)HTTP/1.1 40[03] .*"), answer);
        assertTrue(answer.startsWith("HTTP/1.1 400") || answer.contains("--allow-host"), answer);
    }

    @Test
    void a_name_that_is_longer_than_any_is_refused() throws IOException {
        for (String name : new String[] {
            "a.".repeat(3500) + "lan", "a-".repeat(3500) + ".lan", ".".repeat(7000), "a.".repeat(3500) + "com"
        }) {
            String answer = send("GET /stats", "Host: " + name, "");
            assertTrue(answer.matches("(?s)HTTP/1.1 40[03] .*"), answer);
            String fromPage = send("GET /stats", "Host: x\r\nOrigin: http://" + name, "");
            assertTrue(fromPage.startsWith("HTTP/1.1 403"), fromPage);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: x\r\nOrigin: http://evil.example",
                "Host: x\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors"
            })
    void another_site_cannot_read(String headers) throws IOException {
        for (String path : new String[] {"/stats", "/topics", "/metrics", "/docs", "/openapi.json"}) {
            assertTrue(send("GET " + path, headers, "").startsWith("HTTP/1.1 403"), path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: 127.0.0.1:8000",
                "Host: localhost",
                "Host: [::1]:8000",
                "Host: laptop:8000",
                "Host: laptop.local",
                "Host: broker.internal",
                "Host: laptop.local.:8000",
                "Host: broker.lan",
                "Host: BROKER.LAN.:8000",
                "Host: broker.home.arpa",
                "Host: fritz.box",
                "Host: pc.fritz.box:8000",
                "Host: localhost.localdomain",
                "Host: a.test",
                "Host: kafka.default",
                "Host: kafka.my-namespace.svc",
                "Host: kafka.default.svc.cluster.local",
                "Host: pc.home",
                "Host: pc.corp",
                "Host: db_1.intranet",
                "Host: host.docker.internal",
                "Host: app.localhost",
                "Host: 192.168.1.5",
                "Host: [fe80::1%eth0]",
                "Host: [::ffff:127.0.0.1]:8000",
                "Host: 0x7f000001",
                "Host: laptop:8000\r\nOrigin: http://laptop:8000",
                "Host: laptop\r\nOrigin: https://laptop",
                "Host: x\r\nSec-Fetch-Site: same-origin",
                "Host: x\r\nSec-Fetch-Site: none"
            })
    void all_others_are_welcome(String headers) throws IOException {
        String answer = send("POST /topics/register", headers, "{\"topic\":\"access.welcome\"}");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }

    @Test
    void a_link_can_be_followed_and_a_name_be_allowed() throws IOException {
        assertTrue(send("GET /docs", "Host: x\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate", "")
                .startsWith("HTTP/1.1 200"));
        try (BrokerProcess other = BrokerProcess.start("--allow-host", "Broker.Example.com:8000, other.example")) {
            assertTrue(send(other, "GET /health", "Host: broker.example.com:80", "")
                    .startsWith("HTTP/1.1 200"));
            assertTrue(send(other, "GET /health", "Host: other.example", "").startsWith("HTTP/1.1 200"));
            assertTrue(send(other, "GET /health", "Host: third.example", "").startsWith("HTTP/1.1 403"));
            for (String host : new String[] {"broker.example.com", "127.0.0.1:8000", "backend"}) {
                for (String origin : new String[] {
                    "https://broker.example.com", "http://Broker.Example.com:8443", "https://other.example"
                }) {
                    assertTrue(
                            send(
                                            other,
                                            "POST /topics/register",
                                            "Host: " + host + "\r\nOrigin: " + origin,
                                            "{\"topic\":\"t\"}")
                                    .startsWith("HTTP/1.1 200"),
                            origin);
                }
                for (String origin : new String[] {
                    "https://third.example",
                    "https://broker.example.com.evil.com",
                    "https://evil.com/broker.example.com",
                    "null",
                    "https://broker.example.com@evil.com",
                    "https://evil.com?https://broker.example.com",
                    "ftp://broker.example.com"
                }) {
                    String answer = send(
                            other,
                            "POST /topics/register",
                            "Host: " + host + "\r\nOrigin: " + origin,
                            "{\"topic\":\"t\"}");
                    assertTrue(answer.startsWith("HTTP/1.1 403"), origin + answer);
                }
            }
            assertTrue(
                    other.http().get("/metrics").text().contains("{method=\"(any)\",route=\"(other)\",status=\"403\""),
                    "refusals are counted");
        }
    }

    private String send(String request, String headers, String body) throws IOException {
        return send(broker, request, headers, body);
    }

    private static String send(BrokerProcess broker, String request, String headers, String body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
