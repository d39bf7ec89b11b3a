package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who rests is woken once by what moves first. */
class RousingTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20, 10);
    private final AtomicInteger woken = new AtomicInteger();

    @Test
    void theFirstReadWakesAndTheNextDoNot() {
        budget.take(100);
        assertThat(woken).hasValue(0);
        budget.rousing().next(woken::incrementAndGet);
        budget.take(100);
        budget.take(100);
        budget.takeSpare(100);
        assertThat(woken).hasValue(1);
    }

    @Test
    void aReadWithoutRoomWakesToo() {
        budget.rousing().next(woken::incrementAndGet);
        budget.takeSpare(100);
        assertThat(woken).hasValue(1);
    }

    @Test
    void whoNoLongerRestsIsNotWoken() {
        budget.rousing().next(woken::incrementAndGet);
        budget.rousing().cancel();
        budget.take(100);
        assertThat(woken).hasValue(0);
    }
}
