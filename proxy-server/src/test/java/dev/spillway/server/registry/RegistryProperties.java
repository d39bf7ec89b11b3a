package dev.spillway.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.PortRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** S22: what is written is read back, and whatever else comes is told of and never thrown. */
class RegistryProperties {
    private static RegistryImport read(byte[] bytes) throws IOException {
        return RegistryImport.read(new ByteArrayInputStream(bytes));
    }

    @Property(tries = 300)
    void anyBytesAreReadOrToldOf(@ForAll byte[] bytes) throws IOException {
        RegistryImport read = read(bytes);
        assertThat(read.problems()).isNotEmpty();
        assertHarmless(read);
    }

    @Property(tries = 500)
    void anyLinesAreReadOrToldOf(@ForAll("lines") List<String> lines) throws IOException {
        String text = RegistryImportTest.HEADER + String.join("\r\n", lines);
        assertHarmless(read(text.getBytes(StandardCharsets.UTF_8)));
        assertHarmless(read(("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE)));
    }

    @Property(tries = 200)
    void everyListOfRangesIsReadBack(@ForAll("ranges") List<PortRange> ranges) throws IOException {
        List<String> strings =
                ranges.stream().map(each -> each.first() + "-" + each.last()).toList();
        String text = RegistryImportTest.HEADER
                + RegistryImportTest.V6
                + RegistryImportTest.multi("MPPExcludedPorts", strings);
        RegistryImport read = read(text.getBytes(StandardCharsets.UTF_8));
        assertThat(read.problems()).isEmpty();
        assertThat(read.values().families().get("ipv6").excluded()).isEqualTo(ranges);
    }

    private static void assertHarmless(RegistryImport read) {
        String all = read.problems().toString() + read.warnings();
        assertThat(all.chars()).noneMatch(Character::isISOControl);
        assertThat(read.problems()).hasSizeLessThan(100);
        assertThat(new Translation(read.values(), java.util.Map.of())
                        .hocon().stream().collect(Collectors.joining()).chars())
                .noneMatch(Character::isISOControl);
    }

    @Provide
    Arbitrary<List<PortRange>> ranges() {
        Arbitrary<Integer> port = Arbitraries.integers().between(0, PortRange.MAX_PORT);
        return Combinators.combine(port, port)
                .as((one, other) -> new PortRange(Math.min(one, other), Math.max(one, other)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> known = Arbitraries.of(
                RegistryImportTest.V4.strip(),
                RegistryImportTest.V6.strip(),
                RegistryImportTest.ADAPTER.strip(),
                RegistryImportTest.V4.strip().replace("[", "[-"),
                "\"EnableMPP\"=dword:00000000",
                "\"EnableMPP\"=-",
                "\"MPPExcludedPorts\"=hex(7):35,00,\\",
                "  30,00,00,00",
                "\"MPPExcludedPorts\"=\"1-2",
                "\"DisableMPPOnIF\"=dword:1",
                "\"IPAddress\"=\"198.18.0.1\"",
                "\"\\",
                "@=",
                "[",
                "]",
                "\\",
                ";");
        Arbitrary<String> mixed = Combinators.combine(
                        known, Arbitraries.strings().ofMaxLength(6))
                .as((line, tail) -> line.substring(0, Math.max(0, line.length() - tail.length())) + tail);
        return Arbitraries.oneOf(known, mixed, Arbitraries.strings().ofMaxLength(30))
                .list()
                .ofMaxSize(30);
    }
}
