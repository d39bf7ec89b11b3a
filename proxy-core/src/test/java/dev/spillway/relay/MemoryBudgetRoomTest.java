package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetRoomTest {
    private static final int READ = 16 << 10;

    /** Watermarks are shares of the ordinary room, so that they can be reached before every spare is in use. */
    @Test
    void theOrdinaryRoomIsFullWhenReadsBecomeShort() {
        MemoryBudget budget = new MemoryBudget(4 << 20, 800);
        while (budget.shortReads() == 0) {
            budget.take(READ);
        }
        double ofOrdinary = (double) budget.held() / budget.ordinaryBytes();
        double ofAll = (double) budget.held() / budget.bytes();
        assertThat(ofOrdinary).isBetween(0.99, 1.01);
        assertThat(ofAll).as("what a mark of the whole budget would have seen").isLessThan(0.85);
    }

    @Test
    void theSparesAreWhatIsLeftOfTheBudget() {
        MemoryBudget budget = new MemoryBudget(4 << 20, 800);
        assertThat(budget.bytes() - budget.ordinaryBytes()).isEqualTo(2L * 800 * budget.spareBytes());
    }
}
