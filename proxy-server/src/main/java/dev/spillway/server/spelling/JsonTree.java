package dev.spillway.server.spelling;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a tree of Jackson's nodes, read and written by its streaming half; see {@link JsonText} for why. That goes for a
 * node's {@code toString} too, which would load the other half, at a time when memory may be short.
 */
public final class JsonTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonTree() {}

    /**
     * All that {@code parser} has: one value, or a missing node if there is none.
     *
     * @throws JsonParseException if it is no JSON, or there is more after the value
     */
    public static JsonNode read(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            return NODES.missingNode();
        }
        JsonNode value = value(parser);
        if (parser.nextToken() != null) {
            throw new JsonParseException(parser, "more after the end of the object", parser.currentTokenLocation());
        }
        return value;
    }

    /** The value that begins here; the parser bounds its depth. */
    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new AssertionError("no value begins with " + parser.currentToken());
        };
    }

    /** {@code tree} in one line. */
    public static String text(JsonNode tree) {
        return text(tree, null);
    }

    /** {@code tree} in many lines, for people. */
    public static String lines(JsonNode tree) {
        return text(tree, new DefaultPrettyPrinter());
    }

    private static String text(JsonNode tree, @Nullable PrettyPrinter printer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text);
                JsonParser parser = tree.traverse()) {
            if (printer != null) {
                generator.setPrettyPrinter(printer);
            }
            parser.nextToken();
            generator.copyCurrentStructure(parser);
        } catch (IOException impossible) {
            throw new UncheckedIOException("to a string", impossible);
        }
        return text.toString();
    }
}
