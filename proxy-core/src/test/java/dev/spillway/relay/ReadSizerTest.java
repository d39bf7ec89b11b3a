package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.transport.ReadRefused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sizer as Netty drives it: reset, then allocate, attempt, read, and whether to go on. */
class ReadSizerTest {
    private static final int MIN = 2048;
    private static final int MAX = 65536;

    private final MemoryBudget budget = new MemoryBudget(1 << 20, 10);
    private final HeldBytes ledger = new HeldBytes(budget);
    private final RelaySettings settings = new RelaySettings(
            1 << 20, MIN, MAX, Duration.ZERO, Duration.ZERO, Duration.ZERO, true, true, 0, 0, 0, 0, 64 << 10);
    private final ReadSizer sizer = new ReadSizer(ledger, settings);
    private final ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;

    @AfterEach
    void nothingIsLeftBehind() {
        ledger.release(sizer.takeCharge());
        assertThat(ledger.held()).isZero();
        assertThat(budget.held()).isZero();
    }

    /** One read of {@code bytes}, whose buffer is written out at once; returns what the buffer could have taken. */
    private int read(int bytes) {
        sizer.wanted(true);
        ByteBuf buffer = sizer.allocate(allocator);
        int capacity = buffer.capacity();
        assertThat(ledger.held()).isEqualTo(capacity);
        assertThat(buffer.maxCapacity())
                .as("it can't grow beyond what was paid")
                .isEqualTo(capacity);
        sizer.attemptedBytesRead(capacity);
        sizer.lastBytesRead(bytes < 0 ? bytes : Math.min(bytes, capacity));
        buffer.release();
        ledger.release(sizer.takeCharge());
        assertThat(ledger.held()).isZero();
        return capacity;
    }

    @Test
    void theSizeGrowsFourfoldWithEachReadThatFillsItUpToTheLargest() {
        assertThat(read(MAX)).isEqualTo(2048);
        assertThat(read(MAX)).isEqualTo(8192);
        assertThat(read(MAX)).isEqualTo(32768);
        assertThat(read(MAX)).isEqualTo(65536);
        assertThat(read(MAX)).isEqualTo(65536);
    }

    @Test
    void theSizeHalvesAfterTwoReadsInARowThatLeaveItAlmostEmpty() {
        read(MAX);
        read(MAX);
        assertThat(read(100)).isEqualTo(32768);
        assertThat(read(100)).isEqualTo(32768);
        assertThat(read(100)).isEqualTo(16384);
        assertThat(read(100)).isEqualTo(16384);
        assertThat(read(100)).isEqualTo(8192);
    }

    @Test
    void aReadOfMoreThanAnEighthBreaksTheRow() {
        read(MAX);
        assertThat(read(1024)).isEqualTo(8192);
        assertThat(read(1025)).isEqualTo(8192);
        assertThat(read(1024)).isEqualTo(8192);
        assertThat(read(1025)).isEqualTo(8192);
        read(1024);
        read(1024);
        assertThat(read(1)).isEqualTo(4096);
    }

    @Test
    void theSizeNeverGoesBelowTheSmallest() {
        for (int i = 0; i < 10; i++) {
            assertThat(read(1)).isEqualTo(MIN);
        }
    }

    @Test
    void aSpareThatIsFilledDoesNotTeachAnything() {
        int room = budget.take(1 << 19) + budget.take(1 << 18) + budget.take(1 << 17) + budget.take(100_000);
        int taken = room;
        while (budget.shortReads() == 0) {
            taken += budget.take(1024);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(read(MAX)).isEqualTo(budget.spareBytes());
        }
        budget.release(taken);
        assertThat(read(1)).isEqualTo(MIN);
    }

    @Test
    void aReadThatNobodyAskedForIsRefusedAndCostsNothing() {
        sizer.wanted(false);
        assertThatThrownBy(() -> sizer.allocate(allocator)).isSameAs(ReadRefused.REFUSED);
        assertThat(ReadRefused.REFUSED.getStackTrace()).isEmpty();
        assertThat(ledger.held()).isZero();
    }

    @Test
    void anEndOfStreamOrAnEmptyReadGivesTheChargeBackAtOnce() {
        for (int bytes : new int[] {-1, 0}) {
            sizer.wanted(true);
            ByteBuf buffer = sizer.allocate(allocator);
            sizer.attemptedBytesRead(buffer.capacity());
            sizer.lastBytesRead(bytes);
            assertThat(ledger.held()).isZero();
            assertThat(sizer.takeCharge()).isZero();
            assertThat(sizer.continueReading()).isFalse();
            buffer.release();
        }
    }

    @Test
    void aReadThatFailedIsPaidBackBeforeTheNextIsCharged() {
        sizer.wanted(true);
        sizer.allocate(allocator).release();
        // The read threw: nobody said how many bytes it read.
        ByteBuf next = sizer.allocate(allocator);
        assertThat(ledger.held()).isEqualTo(next.capacity());
        next.release();
    }

    @Test
    void itGoesOnWhileReadsFillTheirBuffersForSixteenInARow() {
        sizer.reset(new EmbeddedChannel().config());
        int reads = 0;
        do {
            read(MAX);
            reads++;
        } while (sizer.continueReading() && reads < 100);
        assertThat(reads).isEqualTo(16);
        sizer.reset(new EmbeddedChannel().config());
        read(MAX);
        assertThat(sizer.continueReading()).isTrue();
        read(MAX - 1);
        assertThat(sizer.continueReading()).as("the kernel had no more").isFalse();
    }

    @Test
    void itStopsWhenTheOtherSideTakesNoMore() {
        sizer.reset(new EmbeddedChannel().config());
        read(MAX);
        sizer.wanted(false);
        assertThat(sizer.continueReading()).isFalse();
        assertThat(sizer.continueReading(() -> true)).isFalse();
    }

    @Test
    void aChargeIsHandedOverOnce() {
        sizer.wanted(true);
        ByteBuf buffer = sizer.allocate(allocator);
        sizer.attemptedBytesRead(buffer.capacity());
        sizer.lastBytesRead(10);
        int charge = sizer.takeCharge();
        assertThat(charge).isEqualTo(MIN);
        assertThat(sizer.takeCharge()).isZero();
        ledger.release(charge);
        buffer.release();
    }
}
