package dev.spillway.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.Progress;
import dev.spillway.connection.WindowState;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FlowTest {
    private final Memory memory = new Memory(Limits.of(1, 1, 64, 100));

    private Flow flow(Memory of) {
        return new Flow(of, 0, 1, 0, now -> {});
    }

    @Test
    void aZeroWindowPeerFillsEveryQueueAndNoMore() {
        Flow flow = flow(memory);
        assertThat(flow.supply(1 << 30, 1)).isEqualTo(Flow.FULL).isEqualTo(flow.backlog());
        assertThat(flow.charge()).isEqualTo(Flow.BUFFER);
        assertThat(memory.held()).isEqualTo(Flow.BUFFER);
        assertThat(memory.kernel()).isEqualTo(Flow.kernelBytes(Flow.SEND_QUEUE + Flow.RECEIVE_QUEUE));
        assertThat(flow.supply(1, 2)).isZero();
    }

    @Test
    void whatASinkTakesAtOnceIsNeverHeld() {
        Flow flow = flow(memory);
        for (int i = 0; i < 100; i++) {
            assertThat(flow.supply(10_000, i)).isEqualTo(10_000);
            assertThat(flow.take(10_000, i)).isEqualTo(10_000);
            assertThat(memory.held()).isZero();
            assertThat(memory.kernel()).isZero();
        }
    }

    @Test
    void theRelayHearsOfRoomOnlyWhenHalfOfTheSendQueueIsFree() {
        Flow flow = flow(memory);
        flow.supply(1 << 30, 1);
        flow.take(Flow.SEND_QUEUE / 2 - 1, 2);
        assertThat(flow.movedAt()).isEqualTo(1);
        flow.take(1, 3);
        assertThat(flow.movedAt()).isEqualTo(3);
    }

    @Test
    void whenTheBudgetIsSpentABufferIsASpare() {
        while (memory.held() + Flow.BUFFER <= memory.limits().ledgerBytes()) {
            memory.take(Flow.BUFFER);
        }
        Flow flow = flow(memory);
        flow.supply(1 << 30, 1);
        assertThat(flow.charge()).isEqualTo(Memory.SPARE);
    }

    @Test
    void whenTheKernelIsSpentASocketGetsASegment() {
        memory.queue(memory.limits().kernelBytes());
        Flow flow = flow(memory);
        assertThat(flow.supply(1 << 30, 1)).isLessThanOrEqualTo(3 * Flow.SEGMENT);
    }

    @Test
    void progressIsKnownAsOfTheLastLook() {
        Flow flow = flow(memory);
        flow.window(WindowState.ZERO);
        flow.supply(1 << 30, 10);
        flow.look(20);
        flow.take(1000, 30);
        Progress looked = flow.look(120);
        assertThat(looked.waitingBytes()).isEqualTo(flow.waiting());
        assertThat(looked.pace()).isEqualTo(10_000);
        assertThat(looked.window()).isEqualTo(WindowState.ZERO);
    }

    @Property(tries = 300)
    void bytesAreNeitherMadeNorLost(@ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Memory tight = new Memory(new Limits(200_000, 300_000, 1L << 30, 100));
        Flow one = flow(tight);
        Flow other = flow(tight);
        for (int now = 0; now < 200; now++) {
            Flow flow = random.nextBoolean() ? one : other;
            if (random.nextBoolean()) {
                flow.supply(random.nextInt(300_000), now);
            } else {
                flow.take(random.nextInt(300_000), now);
            }
            assertThat(flow.supplied()).isEqualTo(flow.taken() + flow.backlog());
            assertThat(tight.held()).isEqualTo((long) one.charge() + other.charge());
            assertThat(tight.kernel())
                    .isEqualTo(Flow.kernelBytes(one.backlog() + other.backlog() - one.heldBytes() - other.heldBytes()));
        }
        one.drop();
        other.drop();
        assertThat(tight.held()).isZero();
        assertThat(tight.kernel()).isZero();
    }
}
