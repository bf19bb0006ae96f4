package http;

/**
 * Where a server differs from the documented API.
 *
 * @param code stable, for programs
 * @param summary what differs, in words
 */
public record Difference(String code, String summary) {}
