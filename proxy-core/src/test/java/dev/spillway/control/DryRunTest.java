package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.fixture.Facts;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a dry run counts as given back. */
class DryRunTest {
    private final DryRun dryRun = new DryRun();

    private long promised(Signal signal) {
        return dryRun.apply(new Reading(signal, 100_000, 1 << 20, 5)).promised();
    }

    @Test
    void eachCountsOnceForEverySignal() {
        dryRun.add(Facts.stalled(1, 1000, 2000));
        dryRun.add(Facts.stalled(1, 1000, 2000));
        dryRun.add(Facts.stalled(2, 10, 20));
        assertThat(promised(Signal.LEDGER)).isEqualTo(1015);
        assertThat(promised(Signal.KERNEL_TCP)).isEqualTo(2025);
        assertThat(promised(Signal.CONNECTIONS)).isEqualTo(7);
        assertThat(dryRun.has(1)).isTrue();
        assertThat(dryRun.has(3)).isFalse();
    }

    @Test
    void whoEndsByItselfIsPromisedNoMore() {
        dryRun.add(Facts.stalled(1, 1000, 2000));
        dryRun.add(Facts.stalled(2, 10, 20));
        dryRun.keepOnly(List.of(Facts.stalled(2, 7, 7), Facts.stalled(3, 7, 7)));
        assertThat(promised(Signal.LEDGER)).isEqualTo(15);
        assertThat(dryRun.has(1)).isFalse();
    }

    @Test
    void clearForgetsAll() {
        dryRun.add(Facts.stalled(1, 1000, 2000));
        dryRun.clear();
        assertThat(dryRun.isEmpty()).isTrue();
        assertThat(promised(Signal.LEDGER)).isEqualTo(5);
    }
}
