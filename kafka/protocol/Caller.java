package kafka.protocol;

import engine.Reservation;

/**
 * The client that sends a request.
 *
 * @param version of the API
 * @param clientId its {@code client.id}; may be empty, and need not be unique
 * @param clientHost its IP address
 * @param host the IP address of this broker to which the client has connected
 * @param port of this broker to which the client has connected
 * @param memory of the request; it is released when the response was sent
 */
record Caller(short version, String clientId, String clientHost, String host, int port, Reservation memory) {}
