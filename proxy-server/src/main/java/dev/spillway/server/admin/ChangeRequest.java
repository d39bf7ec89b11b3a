package dev.spillway.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What a client asks to be changed.
 *
 * @param path the path it was sent to
 * @param principal who asks
 * @param ifMatch its {@code If-Match}, as it was sent; {@link Precondition} reads it
 * @param body an object; {@link Fields} reads it
 */
record ChangeRequest(String path, Principal principal, Optional<String> ifMatch, JsonNode body) {}
