package dev.spillway.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;

/** Records as JSON, names as they are: lower camel case, lengths of time as {@code …Millis}, sizes as {@code …Bytes}. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** UTF-8, with a newline at the end for those who read it in a terminal. */
    static byte[] bytes(Object value) {
        try {
            return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new AssertionError("a record of plain values: " + value.getClass(), impossible);
        }
    }
}
