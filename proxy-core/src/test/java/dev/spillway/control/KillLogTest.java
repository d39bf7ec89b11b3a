package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.fixture.Facts;
import dev.spillway.pressure.Signal;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.prune.Victim;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is kept of those that were closed. */
class KillLogTest {
    private final KillLog log = new KillLog();

    private static KillRecord kill(long id, boolean dryRun) {
        return new KillRecord(
                1_700_000_000_000L,
                3,
                2,
                Signal.KERNEL_TCP,
                new Victim(Facts.stalled(id, 100, 200_000), Guilt.STALLED, 2_001_000.4, 200_000),
                dryRun);
    }

    @Test
    void theNewestComeFirstAndNoMoreThanAskedFor() {
        log.add(List.of(kill(1, false), kill(2, false)), 0);
        log.add(List.of(kill(3, false)), 0);
        assertThat(log.latest(2)).extracting(each -> each.connection().id()).containsExactly(3L, 2L);
        assertThat(log.latest(100)).hasSize(3);
        assertThat(log.latest(0)).isEmpty();
    }

    @Test
    void theOldestGiveWay() {
        log.add(
                LongStream.rangeClosed(1, KillLog.MOST)
                        .mapToObj(id -> kill(id, false))
                        .toList(),
                0);
        log.add(List.of(kill(KillLog.MOST + 1, false)), 0);
        List<KillRecord> all = log.latest(Integer.MAX_VALUE);
        assertThat(all).hasSize(KillLog.MOST);
        assertThat(all.get(0).connection().id()).isEqualTo(KillLog.MOST + 1);
        assertThat(all.get(KillLog.MOST - 1).connection().id()).isEqualTo(2);
    }

    @Test
    void aLineSaysWhoWhyAndHowManyWereLeftOut() {
        assertThat(KillLog.line(kill(7, false), 41))
                .isEqualTo(
                        "closed connection 7 of 10.0.0.7 on main: stalled for kernel-tcp; fixed 4000, held 100, kernel"
                                + " 200000 bytes; stalled 10000 ms, idle 10000 ms, 200100 bytes wait, window unknown; score"
                                + " 2001000; episode 3, epoch 2 (41 more since the last line)");
        assertThat(KillLog.line(kill(7, true), 0)).startsWith("would close connection 7 ");
    }
}
