package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.server.metrics.AdminTraffic;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a change reads of its request: its body's fields and the state it was meant for. */
class FieldsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyKindOfFieldIsRead() throws Exception {
        Fields fields = fields("""
                {"store":"active","dryRun":true,"only":["mpp","profiles"],"set":{"b":"x","a":10},
                 "ports":[{"first":1},{"first":65535}],"note":"ä","gone":null}""");

        assertThat(fields.word("store", "persistent", "active")).contains("active");
        assertThat(fields.flag("dryRun")).isTrue();
        assertThat(fields.flag("toFile")).isFalse();
        assertThat(fields.words("only", "mpp", "profiles", "exemptions")).containsExactly("mpp", "profiles");
        assertThat(fields.texts("set")).containsExactly(entry("b", "x"), entry("a", "10"));
        assertThat(fields.objects("ports"))
                .extracting(port -> port.whole("first", 0, 65535).orElseThrow())
                .containsExactly(1, 65535);
        assertThat(fields.text("note")).contains("ä");
        assertThat(fields.text("gone")).isEmpty();
        assertThat(fields.whole("count", 0, 1)).isEmpty();
        fields.end();
    }

    private static Map.Entry<String, String> entry(String key, String value) {
        return Map.entry(key, value);
    }

    @Test
    void allThatIsWrongIsToldAtOnceWithTheNearestName() throws Exception {
        Fields fields = fields("""
                {"store":"disk","dryRun":"yes","only":["mpp","mpp","x",1],"set":{"a":["b"]},"stor":1,
                 "ports":[{"frist":1,"first":65536},7],"count":1.5}""");
        fields.word("store", "persistent", "active");
        fields.flag("dryRun");
        fields.words("only", "mpp", "profiles");
        fields.texts("set");
        fields.objects("ports").forEach(port -> {
            port.whole("first", 0, 65535);
            port.report("last", "a port");
        });
        fields.whole("count", 0, 9);

        assertThat(problems(fields))
                .isEqualTo("{\"problems\":["
                        + String.join(
                                ",",
                                problem("store: disk", "one of persistent, active"),
                                problem("dryRun: yes", "true or false"),
                                problem("only: mpp", "each once of mpp, profiles"),
                                problem("only: x", "each once of mpp, profiles"),
                                problem("only: 1", "each once of mpp, profiles"),
                                problem("set.a: [\\\"b\\\"]", "a text"),
                                problem("ports[1]: 7", "an object"),
                                problem("ports[0].first: 65536", "a whole number, 0-65535"),
                                problem("ports[0].last: missing", "a port"),
                                problem("count: 1.5", "a whole number, 0-9"),
                                problem(
                                        "stor: unknown",
                                        "one of store, dryRun, only, set, ports, count; the nearest is store"),
                                problem("ports[0].frist: unknown", "one of first; the nearest is first"))
                        + "]}\n");
    }

    @Test
    void aBodyFullOfRubbishIsNotAnsweredByAsMuch() throws Exception {
        StringBuilder rubbish = new StringBuilder("{\"x0\":0");
        for (int i = 1; i < 5_000; i++) {
            rubbish.append(",\"x").append(i).append("\":0");
        }
        Fields fields = fields(rubbish.append("}").toString());
        fields.text("store");
        assertThat(problems(fields)).hasSizeLessThan(10_000).contains("and 4950 more");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1              | body, line 1, column 7: Unexpected end-of-input: expected close marker for Object
            {"a":1,}            | body, line 1, column 8: Unexpected character ('}' (code 125)): was expecting double-quote to start
            {"a":01}            | body, line 1, column 7: Invalid numeric value: Leading zeroes not allowed
            {'a':1}             | body, line 1, column 2: Unexpected character
            {"a":NaN}           | body, line 1, column 9: Non-standard token 'NaN'
            {"a":1} {}          | body, line 1, column 9: more after the end of the object
            {"a":{"b":1,"b":2}} | body, line 1, column 16: Duplicate field 'b'
            []                  | body: []
            "x"                 | body: \\"x\\"
            null                | body: null
            """)
    void whatIsNotOneObjectIsNamedWithItsPlace(String body, String error) {
        assertThatThrownBy(() -> ChangeBody.parse(body(body)))
                .isInstanceOfSatisfying(
                        BadRequest.class,
                        bad -> assertThat(text(bad.answer()))
                                .startsWith("{\"problems\":[{\"error\":\"" + error)
                                .contains("\"expected\":\"one JSON object")
                                .doesNotContain("Source", "com.fasterxml", "Feature", "enable"));
    }

    @Test
    void theMarkThatSomeEditorsWriteFirstIsNoMistake() throws Exception {
        assertThat(ChangeBody.parse(body("\uFEFF{\"a\":\"ä\"}")).get("a").asText())
                .isEqualTo("ä");
    }

    @Test
    void aPreconditionNamesOneGenerationOrAny() throws Exception {
        assertThat(Precondition.generation(Optional.of("\"17\""), "a1")).hasValue(17);
        assertThat(Precondition.generation(Optional.of(" \"0\" "), "a1")).hasValue(0);
        assertThat(Precondition.generation(Optional.of("\"" + Precondition.tag(17, "a1") + "\""), "a1"))
                .hasValue(17);
        assertThat(Precondition.generation(Optional.of("\"17-b2\""), "a1"))
                .as("of a process before")
                .hasValue(-1);
        assertThat(Precondition.generation(Optional.of("*"), "a1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "W/\"17\"",
                "\"17\", \"18\"",
                "*, \"17\"",
                "\"\"",
                "\"-1\"",
                "\"x\"",
                "\"9999999999999999999\"",
                "\"17",
                "\"１７\""
            })
    void anotherPreconditionIsRefused(String ifMatch) {
        assertThatThrownBy(() -> Precondition.generation(Optional.of(ifMatch), "a1"))
                .isInstanceOfSatisfying(BadRequest.class, bad -> {
                    assertThat(bad.answer().status().code()).isEqualTo(400);
                    assertThat(text(bad.answer())).contains("If-Match: ", "as \\\"17-3fa9c1\\\", or *");
                });
    }

    @Test
    void aChangeWithoutAPreconditionIsToldThatItNeedsOne() {
        assertThatThrownBy(() -> Precondition.generation(Optional.empty(), "a1"))
                .isInstanceOfSatisfying(
                        BadRequest.class,
                        bad -> assertThat(bad.answer().status().code()).isEqualTo(428));
    }

    private static String problem(String error, String expected) {
        return "{\"error\":\"" + error + "\",\"expected\":\"" + expected + "\"}";
    }

    private static Fields fields(String json) throws IOException {
        return Fields.of(JSON.readTree(json));
    }

    private static String problems(Fields fields) {
        try {
            fields.end();
        } catch (BadRequest bad) {
            assertThat(bad.answer().status().code()).isEqualTo(400);
            return text(bad.answer());
        }
        throw new AssertionError("nothing was wrong");
    }

    private static RequestBody body(String text) {
        RequestBody body = new RequestBody(new AdminTraffic());
        body.add(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
        return body;
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
