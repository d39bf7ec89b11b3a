package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.spillway.security.PortRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the store's file says is read as it was written, or not at all. */
class LayerTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Origin ORIGIN = Origin.asked(Origin.Kind.COMMAND, "127.0.0.1", Samples.CLOCK.instant());
    private static final Layer LAYER = Layer.EMPTY
            .with(Samples.key("mpp"), new Asked("disabled", ORIGIN))
            .with(Samples.key("interfaces.2001:db8::/32.profile"), new Asked("private", ORIGIN))
            .with(PortList.EXEMPTIONS, PortMarks.NONE.with(new PortMarks.Mark(true, new PortRange(0, 65535), ORIGIN)))
            .with(PortList.IPV6, PortMarks.NONE.with(new PortMarks.Mark(false, new PortRange(22, 22), ORIGIN)));

    @Provide
    Arbitrary<Layer> layers() {
        return Samples.layers();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatWasWrittenIsRead(@ForAll("layers") Layer layer) throws Exception {
        assertThat(LayerText.read(LayerText.write(layer))).isEqualTo(layer);
    }

    @Example
    void aChangedByteIsNoticedWhereverItIs() throws Exception {
        byte[] whole = LayerText.write(LAYER);
        for (int at = 0; at < whole.length; at++) {
            for (int other : List.of(1, 2, 4, 8, 16, 32, 64, 128, 255)) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) other;
                isDamagedOrTheSame(changed, whole);
            }
            for (char other : " \n\t\"0{}".toCharArray()) {
                byte[] changed = whole.clone();
                changed[at] = (byte) other;
                isDamagedOrTheSame(changed, whole);
            }
        }
    }

    @Example
    void aByteTooManyOrTooFewIsNoticedWhereverItIs() throws Exception {
        byte[] whole = LayerText.write(LAYER);
        String text = new String(whole, StandardCharsets.UTF_8);
        for (int at = 0; at < text.length(); at++) {
            isDamagedOrTheSame(
                    (text.substring(0, at) + text.substring(at + 1)).getBytes(StandardCharsets.UTF_8), whole);
            for (String more : List.of("0", " ", "\"", "\\", ",", "}", "\0")) {
                isDamagedOrTheSame(
                        (text.substring(0, at) + more + text.substring(at)).getBytes(StandardCharsets.UTF_8), whole);
            }
        }
    }

    /** The same is what differs in white space only. */
    private static void isDamagedOrTheSame(byte[] changed, byte[] whole) throws IOException {
        try {
            assertThat(LayerText.read(changed)).isEqualTo(LAYER);
            assertThat(JSON.readTree(changed)).isEqualTo(JSON.readTree(whole));
        } catch (LayerText.Damaged noticed) {
            assertThat(noticed.getMessage()).isNotBlank();
        }
    }

    @Example
    void aFileCutAnywhereIsDamaged() {
        byte[] whole = LayerText.write(LAYER);
        for (int length = 0; length < whole.length - 1; length++) {
            damaged(Arrays.copyOf(whole, length), "");
            // As a file system may leave it whose journal knows the length but not the content.
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
            damaged(zeros, "");
        }
    }

    @Example
    void whatIsNoStoreIsDamagedAndNeverAnotherException() {
        damaged("", "empty");
        damaged(" \n", "empty");
        damaged("[]", "empty, or no JSON object");
        damaged("null", "empty, or no JSON object");
        damaged("42", "empty, or no JSON object");
        damaged("spillway { }", "no JSON: line 1");
        damaged("{}", "format: missing (expected: 1)");
        damaged("[".repeat(100_000), "no JSON");
        damaged("1".repeat(100_000), "no JSON");
        damaged(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 0}, "no JSON");
        damaged(new String(LayerText.write(LAYER), StandardCharsets.UTF_8) + "{}", "no JSON");
        damaged(new String(LayerText.write(LAYER), StandardCharsets.UTF_8) + "x", "no JSON");
    }

    @Example
    void twoKeysOfTheSameNameAreDamaged() {
        String text = new String(LayerText.write(LAYER), StandardCharsets.UTF_8);
        damaged(text.replaceFirst("\"format\" : 1,", "\"format\" : 1, \"format\" : 1,"), "no JSON");
    }

    @Example
    void aWholeFileOfAnotherVersionIsNotUnderstood() {
        damaged(edited(root -> root.put("format", 2)), "format: 2 (expected: 1)");
        damaged(edited(root -> root.put("format", "1")), "format: \"1\" (expected: 1)");
        damaged(edited(root -> root.put("format", 1.5)), "format: 1.5 (expected: 1)");
        damaged(edited(root -> root.remove("content")), "does not write");
        damaged(edited(root -> content(root).put("quotas", true)), "does not write");
        damaged(edited(root -> content(root).withObject("/values/mpp").put("until", "tomorrow")), "does not write");
        damaged(edited(root -> content(root).withObject("/values/mpp").put("value", "maybe")), "enabled, disabled");
        damaged(edited(root -> content(root).withObject("/values/mpp").put("value", "DISABLED")), "does not write");
        damaged(edited(root -> content(root).withObject("/values/mpp").put("origin", "guess")), "origin: guess");
        damaged(edited(root -> content(root).withObject("/values/mpp").put("at", "noon")), "noon");
        damaged(edited(root -> content(root).withObject("/values/mmp").put("value", "disabled")), "mmp: no known key");
        damaged(edited(root -> content(root).withObject("/ports").putArray("ports")), "ports: no known list");
        damaged(edited(root -> content(root).withObject("/ports").remove("ipv4.excluded-ports")), "does not write");
        damaged(edited(root -> port(root).put("ports", "0-65536")), "0-65535");
        damaged(edited(root -> port(root).put("ports", 22)), "does not write");
        damaged(
                edited(root -> ((com.fasterxml.jackson.databind.node.ArrayNode)
                                content(root).at("/ports/port-exemptions"))
                        .add(port(root).deepCopy().put("ports", "7-9"))),
                "expected: no port of");
    }

    private static ObjectNode content(ObjectNode root) {
        return (ObjectNode) root.get("content");
    }

    private static ObjectNode port(ObjectNode root) {
        return (ObjectNode) content(root).at("/ports/port-exemptions/0");
    }

    /** A file that is whole, but says something else. */
    private static byte[] edited(Consumer<ObjectNode> edit) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(LayerText.write(LAYER));
            root.remove("sha256");
            edit.accept(root);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(JSON.writeValueAsBytes(root));
            return JSON.writeValueAsBytes(root.put("sha256", HexFormat.of().formatHex(digest)));
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Example
    void anEditThatKeepsTheSenseIsRead() throws Exception {
        assertThat(LayerText.read(edited(root -> {}))).as("compact").isEqualTo(LAYER);
    }

    private static void damaged(String text, String problem) {
        damaged(text.getBytes(StandardCharsets.UTF_8), problem);
    }

    private static void damaged(byte[] text, String problem) {
        assertThatThrownBy(() -> LayerText.read(text))
                .as(() -> new String(text, 0, Math.min(text.length, 2_000), StandardCharsets.UTF_8))
                .isInstanceOf(LayerText.Damaged.class)
                .hasMessageContaining(problem);
    }
}
