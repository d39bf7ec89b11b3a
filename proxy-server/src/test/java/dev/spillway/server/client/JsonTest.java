package dev.spillway.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static Node node(String text) {
        return Json.object(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    @Test
    void anObjectIsRead() {
        Node node = node(
                "{\"s\":\"x\",\"n\":7,\"d\":0.5,\"t\":true,\"z\":null,\"o\":{\"k\":\"v\"},\"l\":[{\"a\":1},{}],\"w\":[\"p\"]}");
        assertThat(node.text("s")).contains("x");
        assertThat(node.number("n")).isEqualTo(7);
        assertThat(node.decimal("d")).contains(0.5);
        assertThat(node.flag("t")).isTrue();
        assertThat(node.has("z")).isFalse();
        assertThat(node.orDash("z")).isEqualTo("-");
        assertThat(node.node("o").plain()).isEqualTo(Map.of("k", "v"));
        assertThat(node.nodes("l")).hasSize(2);
        assertThat(node.texts("w")).containsExactly("p");
    }

    @Test
    void whatIsMissingOrOfAnotherKindIsNothing() {
        Node node = node("{\"s\":[1],\"l\":{\"a\":1},\"n\":\"7\"}");
        assertThat(node.text("s")).isEmpty();
        assertThat(node.nodes("l")).isEmpty();
        assertThat(node.number("n")).isEqualTo(-1);
        assertThat(node.node("x").node("y").text("z")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{\"a\":}", "{} {}", "<html>", "{\"a\":[1}"})
    void whatIsNoObjectIsNone(String text) {
        assertThat(Json.object(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"a\":".repeat(100_000);
        assertThat(Json.object(deep.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(Json.object(("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Property
    void anyBytesAreAnObjectOrNone(@ForAll byte[] bytes) {
        assertThat(Json.object(bytes)).isNotNull();
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll String key, @ForAll String value, @ForAll boolean flag, @ForAll int number) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("k" + key.replaceAll("[\\uD800-\\uDFFF]", ""), value.replaceAll("[\\uD800-\\uDFFF]", ""));
        body.put("", List.of(Map.of("flag", flag, "number", number)));
        Node read = node(Json.text(body));
        assertThat(read.nodes("").get(0).flag("flag")).isEqualTo(flag);
        assertThat(read.nodes("").get(0).number("number")).isEqualTo(number);
    }

    @Test
    void nothingThatATerminalWouldObeyComesOut() {
        assertThat(node("{\"a\":\"\\u001b[31mred\\u0007\\u009b\"}").text("a")).contains("?[31mred??");
    }
}
