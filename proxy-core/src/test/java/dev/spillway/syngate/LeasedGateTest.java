package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.syn.SynOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gate whose controller has died is opened by somebody else, and by nobody while the controller lives. */
@Timeout(60)
class LeasedGateTest {
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong pause = new AtomicLong();
    private final Noting noting = new Noting();
    private final LeasedGate gate = new LeasedGate(noting, pause::get, clock::get);

    private static final class Noting implements SynGate {
        private final Queue<SynOrder> orders = new ConcurrentLinkedQueue<>();
        private volatile SynOrder last = SynOrder.NONE;
        private volatile String openedBy = "";
        private volatile int counts;
        private volatile boolean closed;
        private volatile boolean broken;

        @Override
        public String kind() {
            return "noting";
        }

        @Override
        public void apply(SynOrder order) {
            if (broken) {
                throw new IllegalStateException("a gate that is broken");
            }
            orders.add(order);
            last = order;
            openedBy = Thread.currentThread().getName();
        }

        @Override
        public synchronized void count() {
            counts++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void look() {
        clock.addAndGet(LeasedGate.LOOK_NANOS);
        gate.look();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            look();
        }
    }

    @Test
    void aControllerThatIsHeardKeepsItShut() {
        for (int i = 0; i < 100; i++) {
            gate.apply(SynOrder.of(0.5));
            look(LeasedGate.MOST_SILENT - 1);
        }
        assertThat(noting.last).isEqualTo(SynOrder.of(0.5));
        assertThat(gate.view().openings()).isZero();
    }

    @Test
    void silenceOpensIt() {
        gate.apply(SynOrder.of(0.5));
        look(LeasedGate.MOST_SILENT);
        assertThat(noting.last).isEqualTo(SynOrder.of(0.5));
        look();
        assertThat(noting.last).isEqualTo(SynOrder.NONE);
        assertThat(gate.view().openings()).isEqualTo(1);
        look(100);
        assertThat(gate.view().openings()).isEqualTo(1);
    }

    @Test
    void aControllerThatComesBackShutsItAgain() {
        gate.apply(SynOrder.of(0.5));
        look(LeasedGate.MOST_SILENT + 1);
        gate.apply(SynOrder.of(0.25));
        assertThat(noting.last).isEqualTo(SynOrder.of(0.25));
        look(LeasedGate.MOST_SILENT + 1);
        assertThat(gate.view().openings()).isEqualTo(2);
    }

    @Test
    void aMachineThatHardlyRunsSaysNothingOfTheController() {
        gate.apply(SynOrder.of(1));
        for (int i = 0; i < 1000; i++) {
            clock.addAndGet(2 * LeasedGate.LOOK_NANOS);
            gate.look();
        }
        assertThat(noting.last).isEqualTo(SynOrder.of(1));
        look(LeasedGate.MOST_SILENT + 1);
        assertThat(noting.last).isEqualTo(SynOrder.NONE);
    }

    @Test
    void anOpeningThatFailsIsTriedAgainWithTheNextLooks() {
        gate.apply(SynOrder.of(0.5));
        look(LeasedGate.MOST_SILENT);
        noting.broken = true;
        assertThatThrownBy(this::look).hasMessage("a gate that is broken");
        noting.broken = false;
        look(LeasedGate.MOST_SILENT + 1);
        assertThat(noting.last).isEqualTo(SynOrder.NONE);
        assertThat(gate.view().openings()).isEqualTo(1);
    }

    @Test
    void anOpeningByTheControllerThatFailsIsTriedAgainByTheWatchdog() {
        gate.apply(SynOrder.of(0.5));
        noting.broken = true;
        assertThatThrownBy(() -> gate.apply(SynOrder.NONE)).hasMessage("a gate that is broken");
        noting.broken = false;
        look(LeasedGate.MOST_SILENT + 1);
        assertThat(noting.last).isEqualTo(SynOrder.NONE);
    }

    @Test
    void aControllerThatMayRestForLongIsGivenTwiceAsLong() {
        pause.set(10 * LeasedGate.MOST_SILENT * LeasedGate.LOOK_NANOS);
        gate.apply(SynOrder.of(0.5));
        look(20 * LeasedGate.MOST_SILENT);
        assertThat(noting.last).isEqualTo(SynOrder.of(0.5));
        look();
        assertThat(noting.last).isEqualTo(SynOrder.NONE);
    }

    @Test
    void anOpenGateIsLeftAlone() {
        gate.apply(SynOrder.of(1));
        gate.apply(SynOrder.NONE);
        look(LeasedGate.MOST_SILENT * 3);
        assertThat(noting.orders).containsExactly(SynOrder.of(1), SynOrder.NONE);
        assertThat(gate.view().openings()).isZero();
    }

    @Test
    void theThreadOfItsOwnOpensItAndCountsMeanwhile() {
        LeasedGate real = new LeasedGate(noting, () -> 0);
        real.start();
        real.apply(SynOrder.of(0.5));
        await().until(() -> noting.last.equals(SynOrder.NONE));
        assertThat(noting.openedBy).isEqualTo("spillway-syn-gate");
        assertThat(noting.counts).isPositive();
        assertThat(real.view().openings()).isEqualTo(1);
        real.close();
        assertThat(noting.closed).isTrue();
        real.apply(SynOrder.of(1));
        assertThat(noting.last).isEqualTo(SynOrder.NONE);
    }
}
