package dev.spillway.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.security.PortRange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryImportTest {
    static final String HEADER = "Windows Registry Editor Version 5.00\r\n\r\n";
    private static final String ROOT = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\";
    static final String V4 = ROOT + "Tcpip\\Parameters]\r\n";
    static final String V6 = ROOT + "Tcpip6\\Parameters]\r\n";
    static final String GUID = "{0C0DE000-0000-0000-0000-000000000001}";
    static final String ADAPTER =
            ROOT + "Tcpip\\Parameters\\Interfaces\\" + GUID.toLowerCase(java.util.Locale.ROOT) + "]\r\n";

    private static RegistryImport bytes(byte[] bytes) throws IOException {
        return RegistryImport.read(new ByteArrayInputStream(bytes));
    }

    private static RegistryImport read(String text) throws IOException {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RegistryValues values(String text) throws IOException {
        RegistryImport read = read(text);
        assertThat(read.problems()).isEmpty();
        return read.values();
    }

    /** A REG_MULTI_SZ as regedit writes it, with a continuation after every ten bytes. */
    static String multi(String name, List<String> strings) {
        String joined = strings.stream().map(each -> each + "\0").collect(Collectors.joining()) + "\0";
        byte[] bytes = joined.getBytes(StandardCharsets.UTF_16LE);
        StringBuilder line = new StringBuilder("\"" + name + "\"=hex(7):");
        for (int i = 0; i < bytes.length; i++) {
            line.append(String.format("%02x", bytes[i] & 0xFF)).append(i < bytes.length - 1 ? "," : "");
            line.append(i % 10 == 9 && i < bytes.length - 1 ? "\\\r\n  " : "");
        }
        return line + "\r\n";
    }

    private static Optional<Boolean> enabled(RegistryValues values, String family) {
        RegistryValues.Family of = values.families().get(family);
        return of == null ? Optional.empty() : of.enabled();
    }

    private static List<String> texts(List<Finding> findings) {
        return findings.stream().map(each -> each.line() + " " + each.text()).toList();
    }

    @Test
    void s18_eachFamilyHasItsOwnSwitchAndPorts() throws IOException {
        RegistryValues values = values(HEADER + V4 + "\"EnableMPP\"=dword:00000000\r\n"
                + multi("MPPExcludedPorts", List.of("5000-5009", "22-22", "0-65535")) + "\r\n" + V6
                + "\"EnableMPP\"=dword:00000001\r\n" + multi("MPPExcludedPorts", List.of("80-81")));
        assertThat(values.families().get("ipv4"))
                .isEqualTo(new RegistryValues.Family(
                        Optional.of(false),
                        List.of(new PortRange(5000, 5009), new PortRange(22, 22), new PortRange(0, 65535))));
        assertThat(values.families().get("ipv6"))
                .isEqualTo(new RegistryValues.Family(Optional.of(true), List.of(new PortRange(80, 81))));
    }

    @Test
    void s19_eachInterfaceHasASwitchPerFamily() throws IOException {
        RegistryValues values = values(HEADER + ADAPTER + "\"DisableMPPOnIF\"=dword:00000001\r\n"
                + multi("IPAddress", List.of("198.18.0.1", "198.18.0.2", "0.0.0.0", "junk"))
                + ADAPTER.replace("Tcpip", "Tcpip6") + "\"DisableMPPOnIF\"=dword:00000000\r\n");
        assertThat(values.adapters())
                .containsExactly(
                        new RegistryValues.Adapter(GUID, "ipv4", true, List.of("198.18.0.1", "198.18.0.2"), 4),
                        new RegistryValues.Adapter(
                                GUID,
                                "ipv6",
                                false,
                                List.of(),
                                values.adapters().get(1).line()));
        assertThat(values.adapters().get(1).line()).isGreaterThan(4);
    }

    @Test
    void anAddressOfDhcpServesWhereNoneIsFixed() throws IOException {
        RegistryValues values = values(HEADER + ADAPTER + "\"DhcpIPAddress\"=\"198.18.0.9\"\r\n"
                + "\"DisableMPPOnIF\"=dword:1\r\n" + multi("IPAddress", List.of("0.0.0.0")));
        assertThat(values.adapters().get(0).addresses()).containsExactly("198.18.0.9");
    }

    @Test
    void s20_moreThanTwelveRangesCount() throws IOException {
        List<String> ranges = IntStream.range(0, 500)
                .mapToObj(i -> i * 10 + "-" + (i * 10 + 4))
                .toList();
        RegistryValues values = values(HEADER + V4 + multi("MPPExcludedPorts", ranges));
        assertThat(values.families().get("ipv4").excluded()).hasSize(500);
    }

    @ParameterizedTest(name = "S22: {0}, mark {1}")
    @CsvSource({"UTF-16LE,true", "UTF-16LE,false", "UTF-16BE,true", "UTF-16BE,false", "UTF-8,true", "UTF-8,false"})
    void everyEncodingIsRead(String charset, boolean mark) throws IOException {
        String text = (mark ? "\uFEFF" : "") + HEADER + V4 + "\"EnableMPP\"=dword:00000000\r\n";
        assertThat(enabled(bytes(text.getBytes(Charset.forName(charset))).values(), "ipv4"))
                .contains(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n", "\r"})
    void everyLineEndIsRead(String end) throws IOException {
        String text = (HEADER + V4 + "\"EnableMPP\"=dword:00000000\r\n").replace("\r\n", end);
        assertThat(enabled(values(text), "ipv4")).contains(false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"EnableMPP\"=dword:00000000",
                "  \"enablempp\" = DWORD:0 ; a comment",
                "; \"EnableMPP\"=dword:00000001\r\n\"EnableMPP\"=dword:00000000",
                "\"EnableMPP\"=dword:00000001\r\n\"EnableMPP\"=-\r\n\"EnableMPP\"=dword:00000000",
                "@=\"default\"\r\n\"EnableMPP\"=dword:00000000",
                "@=hex(2):25,00,\\\r\n  53,00\r\n\"EnableMPP\"=dword:00000000",
                "\"a \\\"quoted\\\" \\\\ name\"=\"a \\\"value\\\" =\"\r\n\"EnableMPP\"=dword:00000000",
                "\"lines\"=\"one\r\n[not a key]\r\n\\\"EnableMPP\\\"=dword:00000001\"\r\n\"EnableMPP\"=dword:00000000",
            })
    void theFormsOfAValueAreUnderstood(String lines) throws IOException {
        assertThat(enabled(values(HEADER + V4 + lines + "\r\n"), "ipv4")).contains(false);
    }

    @Test
    void aDeletedValueOrKeyIsAbsent() throws IOException {
        assertThat(values(HEADER + V4 + "\"EnableMPP\"=dword:0\r\n\"EnableMPP\"=-\r\n")
                        .isEmpty())
                .isTrue();
        assertThat(values(HEADER + V4 + "\"EnableMPP\"=dword:0\r\n" + V4.replace("[", "[-"))
                        .isEmpty())
                .isTrue();
        assertThat(values(HEADER + ADAPTER + "\"DisableMPPOnIF\"=dword:1\r\n" + V4.replace("[", "[-"))
                        .isEmpty())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5000-5009", "5000 - 5009", "5000-5009,", "5000-5009;5000-5009"})
    void portsMayBeAPlainText(String text) throws IOException {
        RegistryValues values = values(HEADER + V4 + "\"MPPExcludedPorts\"=\"" + text + "\"\r\n");
        assertThat(values.families().get("ipv4").excluded()).containsOnly(new PortRange(5000, 5009));
    }

    @Test
    void aSinglePortIsReadAndToldOf() throws IOException {
        RegistryImport read = read(HEADER + V4 + "\"MPPExcludedPorts\"=\"22\"\r\n");
        assertThat(read.values().families().get("ipv4").excluded()).containsExactly(new PortRange(22, 22));
        assertThat(texts(read.warnings())).containsExactly("4 MPPExcludedPorts: 22 is read as 22-22");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"EnableMPP\"=dword:00000002",
                "\"EnableMPP\"=dword:123456789",
                "\"EnableMPP\"=dword:",
                "\"EnableMPP\"=\"1\"",
                "\"EnableMPP\"=hex:01,00,00,00",
                "\"EnableMPP\"=",
                "\"EnableMPP\"=hex(7):30,00,\\",
                "\"MPPExcludedPorts\"=dword:00000050",
                "\"MPPExcludedPorts\"=hex(7):35,00,3",
                "\"MPPExcludedPorts\"=hex(7):35,zz",
                "\"MPPExcludedPorts\"=\"5009-5000\"",
                "\"MPPExcludedPorts\"=\"0-65536\"",
                "\"MPPExcludedPorts\"=\"-5\"",
                "\"MPPExcludedPorts\"=\"5000-\"",
                "\"MPPExcludedPorts\"=\"99999999999999999999-5\"",
                "\"MPPExcludedPorts\"=\"http\"",
                "\"EnableMPP\"",
                "EnableMPP=dword:0",
                "\"EnableMPP=dword:0",
            })
    void aMalformedValueIsNamedWithItsLine(String line) throws IOException {
        RegistryImport read = read(HEADER + V4 + line + "\r\n");
        assertThat(texts(read.problems()))
                .singleElement()
                .asString()
                .startsWith("4 ")
                .contains("(expected: ");
    }

    @Test
    void everyProblemIsTold() throws IOException {
        RegistryImport read =
                read(HEADER + V4 + "\"EnableMPP\"=dword:9\r\n\"MPPExcludedPorts\"=\"9-8,x\"\r\n" + "junk\r\n");
        assertThat(texts(read.problems()))
                .containsExactly(
                        "6 \"junk\" (expected: \"name\"=data, @=data, a key in brackets or a comment)",
                        "4 EnableMPP=dword:00000009 (expected: dword:00000000 or dword:00000001)",
                        "5 MPPExcludedPorts: \"9-8\" (expected: xxxx-yyyy, the lower port first, in 0-65535)",
                        "5 MPPExcludedPorts: \"x\" (expected: xxxx-yyyy, the lower port first, in 0-65535)");
    }

    @ParameterizedTest
    @CsvSource({
        "EnableMpp2,EnableMPP",
        "MPPExcludePorts,MPPExcludedPorts",
        "EnbleMPP,EnableMPP",
        "DisableMPPOnIf2,DisableMPPOnIF"
    })
    void aNameThatLooksLikeOursIsWarnedOf(String name, String nearest) throws IOException {
        RegistryImport read = read(HEADER + V4 + "\"" + name + "\"=dword:0\r\n");
        assertThat(read.values().isEmpty()).isTrue();
        assertThat(texts(read.warnings()))
                .singleElement()
                .asString()
                .startsWith("4 \"" + name + "\": left out")
                .endsWith("the nearest is " + nearest + ")");
    }

    @Test
    void aNameOfOursInAnotherKeyIsWarnedOf() throws IOException {
        RegistryImport read = read(HEADER + "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip]\r\n"
                + "\"EnableMPP\"=dword:0\r\n" + V4 + "\"DisableMPPOnIF\"=dword:1\r\n");
        assertThat(read.values().isEmpty()).isTrue();
        assertThat(read.warnings()).hasSize(2);
    }

    @Test
    void whatIsNotAboutUsIsPassedOver() throws IOException {
        RegistryImport read = read(HEADER + V4 + "\"EnableICMPRedirect\"=dword:1\r\n\"EnableRSS\"=dword:2\r\n"
                + "\"DataBasePath\"=hex(2):25,00\r\n" + ADAPTER + "\"EnableDHCP\"=dword:1\r\n"
                + "[HKEY_CURRENT_USER\\Software]\r\n\"x\"=qword:1\r\n\"y\"=hex(b):zz\r\n");
        assertThat(read.values().isEmpty()).isTrue();
        assertThat(read.problems()).isEmpty();
        assertThat(read.warnings()).isEmpty();
    }

    @Test
    void theOldFormIsNamed() throws IOException {
        assertThat(texts(read("REGEDIT4\r\n\r\n" + V4).problems()))
                .singleElement()
                .asString()
                .startsWith("1 \"REGEDIT4\" (expected: \"Windows Registry Editor Version 5.00\"")
                .contains("export it anew");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n", "{}", "Windows Registry Editor Version 6.00\r\n", "PK\u0003\u0004"})
    void whatIsNoExportIsNamed(String text) throws IOException {
        assertThat(read(text).problems())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("(expected: ");
    }

    @Test
    void theRunningControlSetCounts() throws IOException {
        String numbered = V4.replace("CurrentControlSet", "ControlSet001") + "\"EnableMPP\"=dword:1\r\n";
        RegistryImport both = read(HEADER + numbered + V4 + "\"EnableMPP\"=dword:0\r\n");
        assertThat(enabled(both.values(), "ipv4")).contains(false);
        assertThat(both.warnings()).hasSize(1);
        assertThat(enabled(values(HEADER + numbered), "ipv4")).contains(true);
        assertThat(read(HEADER + numbered + numbered.replace("001", "002")).problems())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("controlset001 and controlset002", "(expected: ");
    }

    @Test
    void aLaterValueCountsAndIsToldOf() throws IOException {
        RegistryImport read = read(HEADER + V4 + "\"EnableMPP\"=dword:1\r\n\"EnableMPP\"=dword:0\r\n");
        assertThat(enabled(read.values(), "ipv4")).contains(false);
        assertThat(texts(read.warnings()))
                .containsExactly("5 \"EnableMPP\" again in the same key: this one counts, not line 4");
    }

    @Test
    void aTextThatIsNeverClosedHidesNoOtherKey() throws IOException {
        RegistryImport read =
                read(HEADER + V4 + "\"x\"=\"never closed\r\nstill not\r\n" + V6 + "\"EnableMPP\"=dword:0\r\n");
        assertThat(texts(read.problems()))
                .containsExactly("4 text without a closing quote (expected: \"name\"=\"text\")");
        assertThat(enabled(read.values(), "ipv6")).contains(false);
    }

    @Test
    void aLineWithoutEndIsCutAndAFileWithoutEndIsRefused() {
        byte[] start = (HEADER + V4 + "\"x\"=\"").getBytes(StandardCharsets.UTF_8);
        InputStream endless = new InputStream() {
            private long at;

            @Override
            public int read() {
                return at < start.length ? start[(int) at++] : 'a';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    into[offset + i] = (byte) read();
                }
                return length;
            }
        };
        assertThatThrownBy(() -> RegistryImport.read(endless))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than 64 MiB (expected: ");
    }

    @Test
    void aLargeExportIsPassedOverInLittleMemory() throws IOException {
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        large.write(HEADER.getBytes(StandardCharsets.UTF_8));
        byte[] filler = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n\"blob\"=hex:00,01,02,03,04,05,06,07,\\\r\n  08,09\r\n"
                .getBytes(StandardCharsets.UTF_8);
        while (large.size() < 8 << 20) {
            large.write(filler);
        }
        large.write((V4 + "\"EnableMPP\"=dword:0\r\n").getBytes(StandardCharsets.UTF_8));
        RegistryImport read = bytes(large.toByteArray());
        assertThat(enabled(read.values(), "ipv4")).contains(false);
        assertThat(read.problems()).isEmpty();
    }

    @Test
    void rubbishIsToldOfOnlySoOften() throws IOException {
        assertThat(read(HEADER + "junk\r\n".repeat(10_000)).problems())
                .hasSizeLessThan(100)
                .last()
                .extracting(Finding::text)
                .asString()
                .matches("and [0-9]+ more");
    }
}
