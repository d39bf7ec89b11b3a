package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.contender.Spillway;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {
    private static final Spillway FIRST =
            new Spillway(Path.of("/opt/java"), Path.of("/opt/spillway.jar"), List.of("-Xmx1g"));

    @Test
    void whatIsNotSaidIsAsInTheFirst() {
        Spillway nio = Variant.of("nio=set transport.kind = nio").of(FIRST, FIRST.jvmFlags());
        assertThat(nio)
                .isEqualTo(new Spillway(
                        "nio", FIRST.java(), FIRST.jar(), FIRST.jvmFlags(), List.of("transport.kind = nio"), null));
    }

    @Test
    void allThatCanBeSaidIsHeard() {
        Path home = Path.of(System.getProperty("java.home"));
        Variant variant = Variant.of("x-25 = java " + home + "; jar pom.xml; flags -Xmx64m  -Xss1m; add -XX:+UseG1GC;"
                + " set a = 1; set b = \"c = d\"");
        assertThat(variant.name()).isEqualTo("x-25");
        assertThat(variant.java()).hasValue(home.resolve("bin").resolve("java"));
        assertThat(variant.flags()).hasValue(List.of("-Xmx64m", "-Xss1m"));
        Spillway idle = variant.of(FIRST, List.of("-Xmx48m"));
        assertThat(idle.jvmFlags()).containsExactly("-Xmx48m", "-XX:+UseG1GC");
        assertThat(idle.settings()).containsExactly("a = 1", "b = \"c = d\"");
        assertThat(idle.jar()).isAbsolute().endsWith(Path.of("pom.xml"));
    }

    @Test
    void aJvmMayBeNamedByItsExecutable() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertThat(Variant.of("x=java " + java).java()).hasValue(java);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "=set a = 1",
                "X=set a = 1",
                "x y=set a = 1",
                "x=",
                "x=set",
                "x=put a = 1",
                "x=java /no/such/jvm",
                "x=jar /no/such.jar"
            })
    void whatIsNoVariantIsRefusedWithTheWholeOption(String option) {
        assertThatThrownBy(() -> Variant.of(option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--also: '" + option + "' (expected: ");
    }
}
