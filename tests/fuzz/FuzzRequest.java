package tests.fuzz;

import tests.fuzz.ApiDocument.Operation;

/**
 * A request as it goes over the wire.
 *
 * @param operation null if what the bytes ask for is not known
 * @param bytes all of it, as {@link ByteText}
 * @param form what an answer to it may be
 */
record FuzzRequest(Operation operation, boolean isHead, String bytes, Form form) {
    enum Form {
        /** As the document says: it cannot be refused for its form. */
        VALID,
        /** Something is not as the document says. */
        ODD,
        /** Its body cannot be read, and so it has to be refused. */
        BROKEN
    }

    String body() {
        return bytes.substring(bytes.indexOf("\r\n\r\n") + 4);
    }

    String head() {
        return bytes.substring(0, bytes.indexOf("\r\n\r\n"));
    }
}
