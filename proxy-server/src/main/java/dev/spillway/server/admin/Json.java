package dev.spillway.server.admin;

import dev.spillway.server.spelling.JsonText;
import java.nio.charset.StandardCharsets;

/** Records as JSON, names as they are: lower camel case, lengths of time as {@code …Millis}, sizes as {@code …Bytes}. */
final class Json {
    private Json() {}

    /** UTF-8, with a newline at the end for those who read it in a terminal. */
    static byte[] bytes(Object value) {
        return (JsonText.of(value) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
