package dev.spillway.server.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.spillway.security.PortRange;
import dev.spillway.server.spelling.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A layer as the text of the store's file: JSON, with the SHA-256 of all else in it, so that a file that was cut, mixed or edited by
 * half is told from one that is whole. Only white space may be others.
 */
final class LayerText {
    private static final int FORMAT = 1;
    private static final String DIGEST = "sha256";
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private LayerText() {}

    /** A text is not what this program writes; the message says in what. */
    static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;

        Damaged(String message) {
            super(message);
        }
    }

    static byte[] write(Layer layer) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put(
                "about", "Settings made at run time. Written by Spillway; change them with \"spillway set security\".");
        root.put("format", FORMAT);
        root.set("content", content(layer));
        root.put(DIGEST, digest(root));
        return (JsonTree.lines(root) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode content(Layer layer) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        ObjectNode values = content.putObject("values");
        layer.values().forEach((key, asked) -> {
            ObjectNode value = values.putObject(key.name());
            value.put("value", asked.value());
            origin(value, asked.origin());
        });
        ObjectNode ports = content.putObject("ports");
        for (PortList list : PortList.values()) {
            ArrayNode parts = ports.putArray(list.key());
            for (PortMarks.Part part : layer.marks(list).parts()) {
                ObjectNode each = parts.addObject();
                each.put("ports", part.ports().toString());
                each.put("exempt", part.mark().exempt());
                each.put("asked", part.mark().asked().toString());
                origin(each, part.mark().origin());
            }
        }
        return content;
    }

    private static void origin(ObjectNode to, Origin origin) {
        to.put("origin", origin.kind().label());
        origin.place().ifPresent(place -> to.put("place", place));
        origin.who().ifPresent(who -> to.put("who", who));
        origin.at().ifPresent(at -> to.put("at", at.toString()));
    }

    private static String digest(ObjectNode all) {
        try {
            byte[] text = JsonTree.text(all).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    static Layer read(byte[] text) throws Damaged {
        JsonNode root;
        try (JsonParser parser = FACTORY.createParser(new String(text, StandardCharsets.UTF_8))) {
            root = JsonTree.read(parser);
        } catch (JsonProcessingException malformed) {
            // What is too deep or too long for a parser has no place.
            JsonLocation place = malformed.getLocation();
            throw new Damaged("no JSON" + (place == null ? "" : ": line " + place.getLineNr()));
        } catch (IOException impossible) {
            throw new UncheckedIOException("from a string", impossible);
        }
        if (!(root instanceof ObjectNode all)) {
            throw new Damaged("empty, or no JSON object");
        }
        if (!all.path("format").equals(IntNode.valueOf(FORMAT))) {
            throw new Damaged("format: " + shown(all.path("format")) + " (expected: " + FORMAT + ")");
        }
        JsonNode digest = all.remove(DIGEST);
        if (digest == null || !digest(all).equals(digest.textValue())) {
            throw new Damaged("sha256: not that of the rest");
        }
        return known(all.path("content"));
    }

    /** The layer of a text that is whole, and yet may not be what this version writes, but another one's. */
    private static Layer known(JsonNode content) throws Damaged {
        Layer layer;
        try {
            layer = layer(content);
        } catch (IllegalArgumentException | DateTimeException unknown) {
            throw new Damaged(String.valueOf(unknown.getMessage()));
        }
        // Something that is not understood would be lost with the next change.
        if (!content(layer).equals(content)) {
            throw new Damaged("content: holds what this version does not write");
        }
        return layer;
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "missing" : JsonTree.text(node);
    }

    private static Layer layer(JsonNode content) {
        Layer layer = Layer.EMPTY;
        for (Map.Entry<String, JsonNode> value : content.path("values").properties()) {
            SettingKey key = SettingKey.find(value.getKey())
                    .orElseThrow(() -> new IllegalArgumentException(value.getKey() + ": no known key"));
            layer = layer.with(
                    key, new Asked(key.canonical(value.getValue().path("value").asText()), origin(value.getValue())));
        }
        for (Map.Entry<String, JsonNode> ports : content.path("ports").properties()) {
            PortList list = PortList.of(ports.getKey())
                    .orElseThrow(() -> new IllegalArgumentException(ports.getKey() + ": no known list"));
            List<PortMarks.Part> parts = new ArrayList<>();
            for (JsonNode part : ports.getValue()) {
                PortRange asked = PortRange.parse(part.path("asked").asText());
                parts.add(new PortMarks.Part(
                        PortRange.parse(part.path("ports").asText()),
                        new PortMarks.Mark(part.path("exempt").asBoolean(), asked, origin(part))));
            }
            layer = layer.with(list, PortMarks.of(parts));
        }
        return layer;
    }

    private static Origin origin(JsonNode from) {
        String label = from.path("origin").asText();
        return new Origin(
                Origin.Kind.of(label).orElseThrow(() -> new IllegalArgumentException("origin: " + label)),
                text(from, "place"),
                text(from, "who"),
                text(from, "at").map(Instant::parse));
    }

    private static Optional<String> text(JsonNode from, String field) {
        return Optional.ofNullable(from.get(field)).map(JsonNode::asText);
    }
}
