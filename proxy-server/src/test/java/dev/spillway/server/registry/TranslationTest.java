package dev.spillway.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.spillway.security.PortRange;
import dev.spillway.server.netsh.SecurityChange;
import dev.spillway.server.netsh.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TranslationTest {
    private static final String GUID = RegistryImportTest.GUID;

    private static RegistryValues values(List<PortRange> ranges, RegistryValues.Adapter... adapters) {
        Map<String, RegistryValues.Family> families = new LinkedHashMap<>();
        families.put("ipv4", new RegistryValues.Family(Optional.of(false), ranges));
        families.put("ipv6", new RegistryValues.Family(Optional.empty(), List.of(new PortRange(0, 65535))));
        return new RegistryValues(Key.CURRENT, families, List.of(adapters));
    }

    private static RegistryValues.Adapter adapter(String family, boolean disabled, String... addresses) {
        return new RegistryValues.Adapter(GUID, family, disabled, List.of(addresses), 7);
    }

    private static Config parsed(Translation translation) {
        return ConfigFactory.parseString(String.join("\n", translation.hocon())).getConfig("spillway.security");
    }

    @Test
    void s22_theBlockSaysWhatTheFileSaid() {
        Translation translation = new Translation(
                values(
                        List.of(new PortRange(5000, 5009), new PortRange(22, 22)),
                        adapter("ipv4", true),
                        adapter("ipv6", false)),
                Map.of(GUID, "eth0"));
        Config security = parsed(translation);
        assertThat(security.getString("ipv4.mpp")).isEqualTo("disabled");
        assertThat(security.getStringList("ipv4.excluded-ports")).containsExactly("5000-5009", "22-22");
        assertThat(security.hasPath("ipv6.mpp")).isFalse();
        assertThat(security.getStringList("ipv6.excluded-ports")).containsExactly("0-65535");
        assertThat(security.getString("interfaces.eth0.ipv4.mpp")).isEqualTo("disabled");
        assertThat(security.getString("interfaces.eth0.ipv6.mpp")).isEqualTo("enabled");
        assertThat(translation.nameless()).isEmpty();
    }

    @Test
    void s22_anAddressStandsForAnAdapterWithoutAName() {
        Translation translation =
                new Translation(values(List.of(), adapter("ipv4", true, "198.18.0.1", "198.18.0.2")), Map.of());
        assertThat(parsed(translation).getString("interfaces.\"198.18.0.1\".ipv4.mpp"))
                .isEqualTo("disabled");
        assertThat(parsed(translation).getString("interfaces.\"198.18.0.2\".ipv4.mpp"))
                .isEqualTo("disabled");
        assertThat(translation.change(Store.PERSISTENT).set())
                .containsEntry("interfaces.198.18.0.1.ipv4.mpp", "disabled");
    }

    @Test
    void s22_anAdapterThatNobodyKnowsIsAComment() {
        Translation translation = new Translation(values(List.of(), adapter("ipv6", true, "198.18.0.1")), Map.of());
        assertThat(parsed(translation).getObject("interfaces")).isEmpty();
        assertThat(String.join("\n", translation.hocon()))
                .contains("# Line 7: ", GUID, "ipv6.mpp = disabled", "--interface");
        assertThat(translation.nameless()).hasSize(1);
    }

    @Test
    void twoAdaptersThatAreOneInterfaceAreDisabledIfOneIs() {
        Translation translation =
                new Translation(values(List.of(), adapter("ipv4", true), adapter("ipv4", false)), Map.of(GUID, "eth0"));
        assertThat(parsed(translation).getString("interfaces.eth0.ipv4.mpp")).isEqualTo("disabled");
    }

    @Test
    void s20_moreRangesThanTheOriginalHeededAreToldOf() {
        List<PortRange> many = IntStream.range(0, 13)
                .mapToObj(i -> new PortRange(i * 2, i * 2))
                .toList();
        assertThat(String.join("\n", new Translation(values(many), Map.of()).hocon()))
                .contains("# 13 ranges; the original heeded the first 12 of them");
        assertThat(String.join("\n", new Translation(values(many.subList(0, 12)), Map.of()).hocon()))
                .doesNotContain("heeded");
    }

    @Test
    void theChangeHasPortsInNormalForm() {
        SecurityChange change = new Translation(
                        values(List.of(new PortRange(5005, 5009), new PortRange(5000, 5006))), Map.of())
                .change(Store.PERSISTENT);
        assertThat(change.ports())
                .containsExactly(
                        new SecurityChange.Ports("ipv4.excluded-ports", new PortRange(5000, 5009), "disabled"),
                        new SecurityChange.Ports("ipv6.excluded-ports", new PortRange(0, 65535), "disabled"));
        assertThat(change.set()).isEqualTo(Map.of("ipv4.mpp", "disabled"));
    }

    @Test
    void aGuidHasOneForm() {
        assertThat(Translation.guid("0c0de000-0000-0000-0000-000000000001")).isEqualTo(GUID);
        assertThat(Translation.guid(GUID.toLowerCase(java.util.Locale.ROOT))).isEqualTo(GUID);
    }
}
