package dev.spillway.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeapTest {
    private final Memory memory = new Memory(Limits.of(1, 1, 64, 10_000));
    private final Heap heap = new Heap(memory, new SplittableRandom(1));

    @Test
    void newcomersShowAtOnceAndWhatWasGivenBackOnlyAfterAWholeCollection() {
        open(1000);
        heap.step(0);
        assertThat(heap.read(0, Double.MAX_VALUE)).isEqualTo(Memory.HEAP_BASE + 1000L * Memory.FIXED);
        heap.confirm(1);
        for (int i = 0; i < 1000; i++) {
            memory.closed();
        }
        heap.step(2);
        assertThat(heap.read(2, Double.MAX_VALUE)).isEqualTo(Memory.HEAP_BASE + 1000L * Memory.FIXED);
        heap.confirm(5001);
        assertThat(heap.read(5001, Double.MAX_VALUE)).isEqualTo(Memory.HEAP_BASE);
        assertThat(heap.wholeAt()).isEqualTo(5001);
    }

    @Test
    void aReadingAtTheHighMarkAfterAPartialCollectionIsConfirmed() {
        open(1000);
        heap.step(0);
        for (int i = 0; i < 1000; i++) {
            memory.closed();
        }
        heap.step(1);
        for (long now = 2; now < 2100; now++) {
            heap.step(now);
        }
        long garbage = Memory.HEAP_BASE + 500L * Memory.FIXED;
        assertThat(heap.read(2100, Double.MAX_VALUE)).isEqualTo(garbage);
        assertThat(heap.read(2100, garbage)).isEqualTo(Memory.HEAP_BASE);
    }

    private void open(int connections) {
        for (int i = 0; i < connections; i++) {
            memory.opened();
        }
    }
}
