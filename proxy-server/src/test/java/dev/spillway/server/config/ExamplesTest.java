package dev.spillway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples work, and examples, documentation and defaults tell of the same keys. */
class ExamplesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"minimal.conf", "redis.conf", "private-and-public.conf", "everything.conf"})
    void theExampleIsRight(String name) {
        SpillwaySettings settings =
                new Sample(folder).settings(ROOT.resolve("config").resolve(name));
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.proxy().listeners()).isNotEmpty();
    }

    @Test
    void theWebServiceIsRefusedWithoutItsTokenAndRightWithIt() throws IOException {
        Path example = ROOT.resolve("config/web-service.conf");
        assertThat(System.getenv("SPILLWAY_TOKEN")).isNull();
        assertThat(new Sample(folder).problems(example))
                .singleElement()
                .asString()
                .contains("web-service.conf:27: ${SPILLWAY_TOKEN} has no value");
        SpillwaySettings settings =
                new Sample(folder).settings("SPILLWAY_TOKEN = s3cret\n" + Files.readString(example));
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.admin().token()).contains("s3cret");
        assertThat(settings.proxy().upstreams().get(0).servers()).hasSize(2);
    }

    @Test
    void everyExampleIsTested() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("config"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "minimal.conf",
                            "web-service.conf",
                            "redis.conf",
                            "private-and-public.conf",
                            "everything.conf");
        }
    }

    @Test
    void privateAndPublicProtectsWhatItSays() {
        var proxy = new Sample(folder)
                .settings(ROOT.resolve("config/private-and-public.conf"))
                .proxy();
        assertThat(proxy.listeners())
                .extracting(listener -> SecurityPolicy.judge(
                                proxy.security(),
                                new Arrival(
                                        Place.unknown(InetAddress.getLoopbackAddress()),
                                        listener.bind().port(),
                                        Family.IPV4,
                                        listener.rules()))
                        .standing())
                .containsExactly(Standing.ELIGIBLE, Standing.PRIVATE_PROFILE, Standing.EXEMPT_PORT);
    }

    @Test
    void everythingHasEveryKeyWithItsDefault() {
        Config everything = ConfigFactory.parseFile(
                        ROOT.resolve("config/everything.conf").toFile())
                .resolve();
        Config reference = HoconFile.reference();
        for (String key : leaves(reference.root(), false)) {
            if (key.equals("spillway.admin.token")) {
                continue; // from the environment, where it is not set
            }
            assertThat(everything.hasPath(key)).as(key).isTrue();
            assertThat(everything.getValue(key)).as(key).isEqualTo(reference.getValue(key));
        }
    }

    @Test
    void everyKeyIsDocumentedOnceWithItsDefaultAndNoOtherIs() throws IOException {
        Config reference = HoconFile.reference();
        Set<String> keys = leaves(reference.root(), true);
        List<String> documented = new ArrayList<>();
        Pattern row = Pattern.compile("\\| `([a-z0-9<>.-]+)` \\| (.*?) \\| .+ \\|");
        for (String line : Files.readAllLines(ROOT.resolve("docs/configuration.md"))) {
            var cells = row.matcher(line);
            if (cells.matches() && cells.group(1).contains(".")) {
                String key = "spillway." + cells.group(1);
                documented.add(key);
                if (!key.contains("<")) {
                    String text = cells.group(2).replaceAll("^`|`$", "");
                    assertThat(reference.root().toConfig().hasPathOrNull(key))
                            .as(key)
                            .isTrue();
                    assertThat(ConfigFactory.parseString("v = " + text).getIsNull("v"))
                            .as(key)
                            .isEqualTo(reference.getIsNull(key));
                    if (!reference.getIsNull(key)) {
                        assertThat(ConfigFactory.parseString("v = " + text).getValue("v"))
                                .as(key)
                                .isEqualTo(reference.getValue(key));
                    }
                }
            }
        }
        keys.addAll(List.of(
                "spillway.listeners.<name>.bind",
                "spillway.listeners.<name>.upstream",
                "spillway.listeners.<name>.profile",
                "spillway.listeners.<name>.mpp",
                "spillway.security.interfaces.<selector>.profile",
                "spillway.security.interfaces.<selector>.mpp",
                "spillway.security.interfaces.<selector>.ipv4.mpp",
                "spillway.security.interfaces.<selector>.ipv6.mpp",
                "spillway.listeners.<name>.backlog",
                "spillway.listeners.<name>.defer-accept",
                "spillway.listeners.<name>.connect-at-first-byte",
                "spillway.upstreams.<name>.servers",
                "spillway.upstreams.<name>.connect-timeout",
                "spillway.upstreams.<name>.retry-down-after",
                "spillway.upstreams.<name>.resolve-interval",
                "spillway.admin.tokens.<name>"));
        assertThat(documented).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void everyKeyOfTheDefaultsHasAComment() {
        ConfigObject spillway = ConfigFactory.parseResources(HoconFile.class.getClassLoader(), "reference.conf")
                .getObject("spillway");
        spillway.forEach(
                (name, block) -> assertThat(block.origin().comments()).as(name).isNotEmpty());
        for (String block : List.of("relay", "limits", "prune", "security", "admin", "log", "transport")) {
            ConfigObject keys = (ConfigObject) spillway.get(block);
            assertThat(keys.values().stream()
                            .filter(value -> !value.origin().comments().isEmpty()))
                    .as(block)
                    .hasSizeGreaterThanOrEqualTo(keys.size() / 2);
        }
    }

    private static Set<String> leaves(ConfigObject block, boolean nulls) {
        Set<String> leaves = new TreeSet<>();
        block.forEach((key, value) -> {
            if (value instanceof ConfigObject inner) {
                leaves(inner, nulls).forEach(below -> leaves.add(ConfigUtil.joinPath(key) + "." + below));
            } else if (nulls || value.valueType() != ConfigValueType.NULL) {
                leaves.add(key);
            }
        });
        return leaves;
    }
}
