package dev.spillway.server.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What came back.
 *
 * @param status as 200
 * @param etag the header, as {@code "17"}
 * @param json whether the body says it is JSON
 * @param body all of it
 */
public record Reply(int status, Optional<String> etag, boolean json, byte[] body) {
    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
