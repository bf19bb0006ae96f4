package http;

/**
 * An answer that is a text in UTF-8.
 *
 * @param contentType the media type and its parameters
 */
record TextAnswer(String contentType, byte[] text) {}
