package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.pressure.PressureEvent;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.RelaySettings;
import dev.spillway.relay.Relays;
import dev.spillway.signal.SignalSources;
import dev.spillway.syn.SynOrder;
import dev.spillway.syngate.SynGate;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop with a gate that only takes notes, and with slots taken that no connection fills: pruning can't help. */
@Timeout(30)
class ControllerTest {
    private static final int MOST = 10;
    private static final PruneSettings PRUNE = new PruneSettings(Duration.ofSeconds(1), 100, 32, 64);

    private final Queue<ControlEvent> events = new ConcurrentLinkedQueue<>();
    private final NotingGate gate = new NotingGate();
    private final AtomicLong turns = new AtomicLong();
    private volatile boolean dryRun;
    private Transport transport;
    private Relays relays;

    private static final class NotingGate implements SynGate {
        private volatile double rate = -1;
        private final AtomicBoolean open = new AtomicBoolean();
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
            rate = order.dropRate();
        }

        @Override
        public void close() {
            open.set(true);
        }
    }

    @BeforeEach
    void open() throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(TransportKind.NIO), 1));
        RelaySettings relay = new RelaySettings(
                1 << 20, 2048, 65536, Duration.ZERO, Duration.ZERO, Duration.ZERO, true, true, 0, 0, 0, 0, 64 << 10);
        relays = new Relays(relay, MOST, transport);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private Controller controller(Consumer<ControlEvent> consumer) {
        return controller(marks(Map.of(Signal.CONNECTIONS, new Watermarks(0.5, 0.6, 0.8))), consumer);
    }

    private Controller controller(PressureSettings settings, Consumer<ControlEvent> consumer) {
        Controller controller = new Controller(
                settings,
                PRUNE,
                new Controller.Surroundings(
                        SignalSources.of(settings, relays, () -> MOST),
                        relays,
                        gate,
                        turns::getAndIncrement,
                        now -> List.of(),
                        now -> List.of(),
                        () -> dryRun,
                        consumer));
        controller.start();
        return controller;
    }

    private void takeSlots(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(relays.tryAdmit(MOST)).isTrue();
        }
    }

    @Test
    void pressureThatClosingDoesNotRelieveShutsTheGateForAll() {
        try (Controller controller = controller(events::add)) {
            takeSlots(7);
            await().until(() -> controller.view().evaluation().isPresent()
                    && controller.view().evaluation().get().worst().used() == 7);
            assertThat(gate.rate).isZero();
            assertThat(controller.view().episode()).isZero();
            takeSlots(1);
            await().until(() -> gate.rate == 1);
            assertThat(controller.view().episode()).isEqualTo(1);
            await().until(() -> controller.view().rates().synDrop() == 1);
            assertThat(controller.view().closed()).isZero();
            assertThat(controller.cpuNanos()).isPositive();
            assertThat(controller.failures()).isZero();
        }
        assertThat(events).noneMatch(ControlEvent.ConnectionsTerminated.class::isInstance);
    }

    @Test
    void closingOpensTheGateThoughThereIsPressureAndEndsTheThread() {
        Controller controller = controller(events::add);
        takeSlots(MOST);
        await().until(() -> gate.rate == 1);
        controller.close();
        assertThat(gate.open).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("spillway-controller"));
        controller.close();
    }

    @Test
    void aConsumerThatThrowsIsCountedAndTheGateIsMovedAllTheSame() {
        try (Controller controller = controller(event -> {
            throw new IllegalStateException("a consumer that is broken");
        })) {
            takeSlots(MOST);
            await().until(() -> gate.rate == 1);
            assertThat(controller.failures()).isGreaterThan(1);
        }
        assertThat(gate.open).isTrue();
    }

    @Test
    void anErrorOfTheConsumerDoesNotEndTheLoop() {
        try (Controller controller = controller(event -> {
            throw new StackOverflowError("as bad as it gets");
        })) {
            takeSlots(MOST);
            await().until(() -> gate.rate == 1);
            assertThat(controller.failures()).isPositive();
        }
    }

    @Test
    void aConsumerThatInterruptsTheLoopDoesNotEndIt() {
        try (Controller controller = controller(event -> Thread.currentThread().interrupt())) {
            takeSlots(MOST);
            await().until(() -> gate.rate == 1);
        }
        assertThat(gate.open).isTrue();
    }

    @Test
    void aGateThatThrowsIsTriedAgainWithTheNextTurn() {
        gate.broken = true;
        try (Controller controller = controller(events::add)) {
            takeSlots(MOST);
            await().until(() -> controller.failures() > 3);
            gate.broken = false;
            await().until(() -> gate.rate == 1);
        }
    }

    private static PressureSettings marks(Map<Signal, Watermarks> watermarks) {
        return PressureSettings.of(Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofMillis(100), watermarks);
    }

    private long told(Class<?> kind) {
        return events.stream()
                .filter(event -> event instanceof ControlEvent.Pressure pressure && kind.isInstance(pressure.event()))
                .count();
    }

    @Test
    void anEpisodeGoesOnThroughChangesOfMarksAndSignalsAndIsToldOnce() {
        try (Controller controller = controller(events::add)) {
            takeSlots(MOST);
            await().until(() -> gate.rate == 1);
            for (int i = 0; i < 100; i++) {
                Watermarks connections = new Watermarks(0.5, 0.6, i % 2 == 0 ? 0.7 : 0.9);
                controller.follow(
                        marks(
                                i % 3 == 0
                                        ? Map.of(Signal.CONNECTIONS, connections)
                                        : Map.of(
                                                Signal.CONNECTIONS,
                                                connections,
                                                Signal.HEAP,
                                                new Watermarks(0.97, 0.98, 0.99),
                                                Signal.DESCRIPTORS,
                                                new Watermarks(0.97, 0.98, 0.99))),
                        PRUNE);
                long epochs = controller.view().epochs();
                await().until(() -> controller.view().epochs() > epochs);
                assertThat(gate.rate).isEqualTo(1);
            }
            assertThat(controller.view().episode()).isEqualTo(1);
            assertThat(controller.view().episodes()).isEqualTo(1);
            assertThat(told(PressureEvent.EpisodeStarted.class)).isEqualTo(1);
            assertThat(told(PressureEvent.EpisodeEnded.class)).isZero();
            assertThat(told(PressureEvent.EpochStarted.class))
                    .isGreaterThanOrEqualTo(controller.view().epochs());
            controller.follow(marks(Map.of(Signal.LEDGER, new Watermarks(0.5, 0.6, 0.7))), PRUNE);
            await().until(() -> controller.view().episode() == 0);
            assertThat(gate.rate).isZero();
            assertThat(told(PressureEvent.EpisodeEnded.class)).isEqualTo(1);
            assertThat(controller.failures()).isZero();
        }
    }

    @Test
    void aSignalIsSwitchedOnAndOffWhileTheLoopRuns() {
        try (Controller controller = controller(events::add)) {
            await().until(() -> controller.view().evaluation().isPresent());
            assertThat(read(controller)).containsOnly(Signal.CONNECTIONS);
            Watermarks high = new Watermarks(0.97, 0.98, 0.99);
            controller.follow(marks(Map.of(Signal.HEAP, high, Signal.DIRECT, high, Signal.LEDGER, high)), PRUNE);
            await().until(() -> read(controller).equals(Set.of(Signal.HEAP, Signal.DIRECT, Signal.LEDGER)));
            controller.follow(marks(Map.of(Signal.DESCRIPTORS, high)), PRUNE);
            await().until(() -> read(controller).equals(Set.of(Signal.DESCRIPTORS)));
            assertThat(controller.failures()).isZero();
        }
    }

    private static PressureSettings restrained(boolean on) {
        PressureSettings plain = marks(Map.of(Signal.CONNECTIONS, new Watermarks(0.5, 0.6, 0.8)));
        return new PressureSettings(
                plain.interval(),
                plain.alertInterval(),
                plain.epoch(),
                plain.grace(),
                plain.watermarks(),
                plain.sources(),
                on,
                0);
    }

    @Test
    void timeoutsShrinkWhereSlotsGetShortAndAreAsEverWhenRestraintIsSwitchedOff() {
        try (Controller controller = controller(restrained(true), events::add)) {
            takeSlots(7);
            // Two thirds of the way from the low to the high mark, in steps of a tenth.
            await().until(() -> Math.abs(relays.timeoutScale() - 0.46) < 1e-9);
            assertThat(events)
                    .singleElement()
                    .satisfies(event ->
                            assertThat(((ControlEvent.Restraint) event).on()).isTrue());
            controller.follow(restrained(false), PRUNE);
            await().until(() -> relays.timeoutScale() == 1);
            await().until(() -> events.size() == 2);
            assertThat(((ControlEvent.Restraint) List.copyOf(events).get(1)).on())
                    .isFalse();
        }
    }

    @Test
    void aDryRunOfRestraintTouchesNoTimeout() {
        dryRun = true;
        try (Controller controller = controller(restrained(true), events::add)) {
            takeSlots(7);
            await().until(() -> controller.view().evaluation().isPresent()
                    && controller.view().evaluation().get().worst().used() == 7);
            assertThat(controller.view().dryRun()).isTrue();
            assertThat(relays.timeoutScale()).isEqualTo(1);
            dryRun = false;
            await().until(() -> relays.timeoutScale() < 1);
            dryRun = true;
            await().until(() -> relays.timeoutScale() == 1);
        }
        assertThat(relays.timeoutScale()).isEqualTo(1);
    }

    @Test
    void timeoutsAreAsEverWhenTheLoopIsGone() {
        Controller controller = controller(restrained(true), events::add);
        takeSlots(7);
        await().until(() -> relays.timeoutScale() < 1);
        controller.close();
        assertThat(relays.timeoutScale()).isEqualTo(1);
    }

    @Test
    void aDryRunLeavesTheGateOpenAndSwitchingItOnInAnEpisodeOpensIt() {
        try (Controller controller = controller(events::add)) {
            takeSlots(MOST);
            await().until(() -> gate.rate == 1);
            dryRun = true;
            await().until(() -> gate.rate == 0);
            assertThat(controller.view().episode()).as("it goes on").isEqualTo(1);
            await().until(() -> told(false) == 1);
            dryRun = false;
            await().until(() -> gate.rate == 1);
            assertThat(told(true)).isEqualTo(2);
        }
    }

    private long told(boolean refusing) {
        return events.stream()
                .filter(event -> event instanceof ControlEvent.Gate shut && shut.refusing() == refusing)
                .count();
    }

    /** With an interval of 20 ms, fifty turns take a second at least if it rests between them. */
    @Test
    void whereNothingMovesItRestsAndATurnLeavesLittleGarbage() {
        try (Controller controller = controller(events::add)) {
            await().until(() -> turns.get() > 20);
            long thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> each.getName().equals("spillway-controller"))
                    .findFirst()
                    .orElseThrow()
                    .getId();
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long began = System.nanoTime();
            long before = turns.get();
            long allocated = threads.getThreadAllocatedBytes(thread);
            await().until(() -> turns.get() >= before + 50);
            long each = (threads.getThreadAllocatedBytes(thread) - allocated) / (turns.get() - before);
            assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(48 * 20));
            System.out.println("bytes allocated by a turn at rest: " + each);
            assertThat(each).isLessThan(4096);
            assertThat(controller.failures()).isZero();
        }
    }

    private static Set<Signal> read(Controller controller) {
        return controller.view().evaluation().orElseThrow().readings().stream()
                .map(Reading::signal)
                .collect(Collectors.toSet());
    }
}
