package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.transport.ReadRefused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Any schedule of opens, reads, writes, failures, closes and changes of the limit, driven through the budget, the ledgers
 * and the sizers as a half drives them.
 */
class LedgerPropertyTest {
    private static final long BUDGET = 96 << 10;
    private static final RelaySettings SETTINGS = new RelaySettings(
            BUDGET,
            1024,
            16384,
            java.time.Duration.ZERO,
            java.time.Duration.ZERO,
            java.time.Duration.ZERO,
            true,
            true,
            0,
            0,
            0,
            0,
            64 << 10);
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

    private enum What {
        OPEN,
        READ,
        READ_NOTHING,
        READ_FAILS,
        READ_UNASKED,
        DRAIN,
        CLOSE,
        ARRANGE
    }

    private record Step(What what, int who, int much) {}

    /** One connection with two directions; each reads only when what it read before was written, as {@link Half} does. */
    private static final class Pair {
        private final HeldBytes ledger;
        private final ReadSizer[] sizers;
        private final long[] charged = new long[2];

        private Pair(MemoryBudget budget) {
            ledger = new HeldBytes(budget);
            sizers = new ReadSizer[] {new ReadSizer(ledger, SETTINGS), new ReadSizer(ledger, SETTINGS)};
        }

        private void read(int side, int much, boolean told) {
            if (charged[side] > 0) {
                return;
            }
            ReadSizer sizer = sizers[side];
            sizer.wanted(true);
            ByteBuf buffer = sizer.allocate(ALLOCATOR);
            if (told) {
                int bytes = Math.min(much, buffer.capacity());
                sizer.attemptedBytesRead(buffer.writableBytes());
                sizer.lastBytesRead(bytes);
                charged[side] = sizer.takeCharge();
            }
            buffer.release();
        }

        private void readUnasked(int side) {
            sizers[side].wanted(false);
            assertThatThrownBy(() -> sizers[side].allocate(ALLOCATOR)).isSameAs(ReadRefused.REFUSED);
        }

        private void drain(int side) {
            ledger.release(charged[side]);
            charged[side] = 0;
        }

        private void close() {
            for (int side = 0; side < 2; side++) {
                sizers[side].wanted(false);
                ledger.release(charged[side] + sizers[side].takeCharge());
                charged[side] = 0;
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.of(What.values()),
                        Arbitraries.integers().between(0, 63),
                        Arbitraries.integers().between(1, 20_000))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(400);
    }

    @Property(tries = 500)
    void theLedgersNeverGoNegativeOrAboveTheBudgetAndEndAtZero(@ForAll("schedules") List<Step> schedule) {
        MemoryBudget budget = new MemoryBudget(BUDGET, 32);
        List<Pair> live = new ArrayList<>();
        for (Step step : schedule) {
            take(step, budget, live);
            assertSound(budget, live);
        }
        live.forEach(Pair::close);
        assertThat(live).allSatisfy(pair -> assertThat(pair.ledger.held()).isZero());
        assertThat(budget.held()).isZero();
    }

    private static void take(Step step, MemoryBudget budget, List<Pair> live) {
        if (step.what() == What.ARRANGE) {
            budget.settle(budget.arrange(1 + step.who()), live.size());
            return;
        }
        if (step.what() == What.OPEN) {
            if (live.size() < budget.connections()) {
                live.add(new Pair(budget));
            }
            return;
        }
        Pair pair = one(live, step.who());
        if (pair == null) {
            return;
        }
        int side = step.much() % 2;
        switch (step.what()) {
            case READ -> pair.read(side, step.much(), true);
            case READ_NOTHING -> pair.read(side, 0, true);
            case READ_FAILS -> pair.read(side, 0, false);
            case READ_UNASKED -> pair.readUnasked(side);
            case DRAIN -> pair.drain(side);
            default -> {
                pair.close();
                live.remove(pair);
                budget.settle(live.size());
            }
        }
    }

    private static @Nullable Pair one(List<Pair> live, int who) {
        return live.isEmpty() ? null : live.get(who % live.size());
    }

    private static void assertSound(MemoryBudget budget, List<Pair> live) {
        assertThat(budget.held()).isBetween(0L, BUDGET);
        assertThat(live).allSatisfy(pair -> assertThat(pair.ledger.held()).isNotNegative());
        assertThat(live.stream().mapToLong(pair -> pair.ledger.held()).sum()).isEqualTo(budget.held());
    }
}
