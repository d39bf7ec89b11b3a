package dev.spillway.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KernelSetupTest {
    private static final Map<String, Integer> MAIN = Map.of("main", 4096);

    private static KernelSetup kernel(long cookies, long somaxconn, long synBacklog) {
        return new KernelSetup(OptionalLong.of(cookies), OptionalLong.of(somaxconn), OptionalLong.of(synBacklog));
    }

    private static List<String> mends(KernelSetup kernel, Map<String, Integer> backlogs) {
        return kernel.warnings(backlogs).stream().map(SetupWarning::mend).toList();
    }

    @Test
    void aKernelAsDistributionsShipItIsNotWarnedOf() {
        assertThat(kernel(1, 4096, 1024).warnings(MAIN)).isEmpty();
        assertThat(kernel(2, 4096, 128).warnings(MAIN)).isEmpty();
    }

    @Test
    void cookiesThatAreOffAreTheFirstWarning() {
        assertThat(mends(kernel(0, 128, 128), MAIN))
                .containsExactly(
                        "sysctl -w net.ipv4.tcp_syncookies=1",
                        "sysctl -w net.core.somaxconn=4096",
                        "sysctl -w net.ipv4.tcp_max_syn_backlog=256");
    }

    @Test
    void aBacklogAboveSomaxconnIsNamedWithItsListenerAndOneAtItIsNot() {
        assertThat(kernel(1, 4096, 4096).warnings(Map.of("main", 4096))).isEmpty();
        assertThat(kernel(1, 4095, 4096).warnings(MAIN))
                .singleElement()
                .hasToString(
                        "net.core.somaxconn is 4095: the backlog of listener main, 4096, is cut to it; what listens"
                                + " already keeps its queues until the next start; mend it with: sysctl -w"
                                + " net.core.somaxconn=4096");
    }

    @Test
    void manyListenersAreOneWarningOfBoundedLength() {
        Map<String, Integer> many = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            many.put("l" + i, 200 + i);
        }
        assertThat(kernel(1, 300, 4096).warnings(many)).singleElement().satisfies(warning -> {
            assertThat(warning.problem()).contains("listeners l101, l102, l103, l104, l105 and 894 more, up to 1199,");
            assertThat(warning.mend()).isEqualTo("sysctl -w net.core.somaxconn=1199");
        });
    }

    @Test
    void withoutCookiesTheSynBacklogHasToLeaveThreeQuartersForStrangers() {
        assertThat(mends(kernel(0, 4096, 4096), MAIN))
                .containsExactly("sysctl -w net.ipv4.tcp_syncookies=1", "sysctl -w net.ipv4.tcp_max_syn_backlog=8192");
        assertThat(kernel(0, 4096, 8192).warnings(MAIN)).hasSize(1);
        assertThat(kernel(0, 4096, 4096).warnings(Map.of("main", 3072))).hasSize(1);
        assertThat(kernel(0, 4096, 4096).warnings(Map.of("main", 3073))).hasSize(2);
        // What somaxconn does not let a socket have, the other need not have either.
        assertThat(kernel(0, 3072, 4096).warnings(MAIN))
                .extracting(SetupWarning::setting)
                .containsExactly("net.ipv4.tcp_syncookies", "net.core.somaxconn");
    }

    @Test
    void withCookiesOnlyASynBacklogThatNoKernelWouldChooseIsWarnedOf() {
        assertThat(kernel(1, 4096, 128).warnings(MAIN)).isEmpty();
        assertThat(mends(kernel(1, 4096, 127), MAIN)).containsExactly("sysctl -w net.ipv4.tcp_max_syn_backlog=256");
        assertThat(kernel(1, 4096, 16).warnings(Map.of("tiny", 16))).isEmpty();
    }

    @Test
    void ofWhatCannotBeReadNothingIsSaid() {
        assertThat(KernelSetup.UNKNOWN.warnings(Map.of("main", Integer.MAX_VALUE)))
                .isEmpty();
        assertThat(new KernelSetup(OptionalLong.of(0), OptionalLong.empty(), OptionalLong.empty()).warnings(MAIN))
                .hasSize(1);
        assertThat(kernel(0, 1, 1).warnings(Map.of())).isEmpty();
    }

    @Property
    void whoDoesWhatTheLinesSayIsNotWarnedAgain(
            @ForAll @IntRange(min = 0, max = 2) int cookies,
            @ForAll @IntRange(min = 1, max = 100_000) int somaxconn,
            @ForAll @IntRange(min = 1, max = 100_000) int synBacklog,
            @ForAll @IntRange(min = 1, max = 100_000) int backlog) {
        KernelSetup kernel = kernel(cookies, somaxconn, synBacklog);
        Map<String, Integer> listeners = Map.of("main", backlog);
        // More than once: what is cut by one setting may be dropped early by another once it no longer is.
        for (int i = 0; i < 2; i++) {
            for (SetupWarning warning : kernel.warnings(listeners)) {
                kernel = switch (warning.setting()) {
                    case "net.ipv4.tcp_syncookies" -> kernel(warning.better(), somaxconn(kernel), backlog(kernel));
                    case "net.core.somaxconn" -> kernel(cookies(kernel), warning.better(), backlog(kernel));
                    default -> kernel(cookies(kernel), somaxconn(kernel), warning.better());
                };
                assertThat(warning.better()).isGreaterThan(warning.value());
            }
        }
        assertThat(kernel.warnings(listeners)).isEmpty();
    }

    private static long cookies(KernelSetup kernel) {
        return kernel.synCookies().orElseThrow();
    }

    private static long somaxconn(KernelSetup kernel) {
        return kernel.somaxconn().orElseThrow();
    }

    private static long backlog(KernelSetup kernel) {
        return kernel.maxSynBacklog().orElseThrow();
    }
}
