package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A few connections with large buffers spend the room for ordinary reads while the budget, most of whose spares belong to
 * connections that are not there, is far from full. That is when pressure has to be seen.
 */
class SpentMemoryTest {
    private static final double HIGH = 0.9;
    private static final int BUFFER = 64 << 10;

    /** Budgets and connections as a container of 256 MiB, one of 128 MiB, and a heap of 64 MiB with as much direct memory have. */
    @ParameterizedTest
    @CsvSource({"22020096, 4634", "5557452, 1160", "33554432, 4634"})
    void itIsSeenAsSoonAsReadsAreShort(long bytes, int maxConnections) {
        MemoryBudget budget = new MemoryBudget(bytes, maxConnections);
        AtomicInteger alarms = new AtomicInteger();
        budget.whenAbove((long) (HIGH * budget.ordinaryBytes()), alarms::incrementAndGet);

        while (budget.shortReads() == 0) {
            budget.take(BUFFER);
        }

        assertThat(alarms).hasValue(1);
        assertThat((double) budget.held() / budget.ordinaryBytes()).isGreaterThan(HIGH);
        assertThat((double) budget.held() / budget.bytes()).isLessThan(HIGH);
    }
}
