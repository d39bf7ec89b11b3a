package dev.spillway.server.client;

import java.util.Optional;

/**
 * One request to the admin plane.
 *
 * @param method as {@code GET}
 * @param target path and query, as {@code /api/v1/security}
 * @param ifMatch the generation it is for, quoted, or {@code *}
 * @param body JSON
 */
public record Request(String method, String target, Optional<String> ifMatch, Optional<String> body) {
    /** A question. */
    public static Request get(String target) {
        return new Request("GET", target, Optional.empty(), Optional.empty());
    }

    /** A change without a precondition. */
    public static Request post(String target, String body) {
        return new Request("POST", target, Optional.empty(), Optional.of(body));
    }

    /** A change of the settings that have {@code generation}, and of no others. */
    public static Request change(String method, String target, long generation, String body) {
        return new Request(method, target, Optional.of("\"" + generation + "\""), Optional.of(body));
    }
}
