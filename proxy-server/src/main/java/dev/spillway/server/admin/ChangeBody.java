package dev.spillway.server.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.spillway.server.spelling.JsonTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a change as JSON, strictly: UTF-8 and one object, no name in it twice, since which of two would have
 * held is what a typing error must not decide.
 */
final class ChangeBody {
    /** Levels; ours need three. */
    static final int MOST_DEPTH = 16;

    private static final String EXPECTED = "one JSON object";
    private static final String MARK = "\uFEFF";

    /** Names are not kept: they are a stranger's, and no two requests need to have the same. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxNumberLength(32)
                    .build())
            .build();

    private ChangeBody() {}

    /** Has everything that a first body needs loaded, before memory is short. */
    static void load() {
        try {
            JsonTree.text(tree("{\"a\":[0,0.5,\"b\",true]}"));
        } catch (IOException impossible) {
            throw new AssertionError("an object", impossible);
        }
    }

    /** @throws BadRequest if it is not one object; says where */
    static JsonNode parse(RequestBody body) throws BadRequest {
        String text = text(body);
        if (text.isBlank()) {
            throw BadRequest.of("body: empty", EXPECTED + ", {} at least");
        }
        try {
            JsonNode value = tree(text);
            if (!value.isObject()) {
                throw BadRequest.of("body: " + Query.shortened(JsonTree.text(value)), EXPECTED);
            }
            return value;
        } catch (JsonProcessingException malformed) {
            throw BadRequest.of(place(malformed.getLocation()) + what(malformed), EXPECTED);
        } catch (IOException impossible) {
            throw new AssertionError("from a string", impossible);
        }
    }

    private static JsonNode tree(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return JsonTree.read(parser);
        }
    }

    private static String text(RequestBody body) throws BadRequest {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(body.bytes(), 0, body.length());
        try {
            String text = decoder.decode(bytes).toString();
            return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
        } catch (CharacterCodingException malformed) {
            throw BadRequest.of("body, byte " + (bytes.position() + 1) + ": not UTF-8", EXPECTED + " in UTF-8");
        }
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null
                ? "body: "
                : "body, line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }

    /** What the library says of it, without its own names for things. */
    private static String what(JsonProcessingException malformed) {
        String text = malformed.getOriginalMessage();
        return Query.shortened(
                text.replaceAll("(?s)\\s*\\((start marker at|from|for) .*|, from `[^`]*`|: enable `.*", ""));
    }
}
