package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.control.ControlEvent.ExemptAlarm;
import dev.spillway.control.ControlEvent.Restraint;
import dev.spillway.control.PressureView;
import dev.spillway.fixture.Clients;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.KillRecord;
import dev.spillway.prune.PrunePlan;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.transport.TransportKind;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine on real sockets: how soon it acts, what it says beforehand, what it keeps, and what it leaves alone. */
class EngineTest extends UnderPressure {
    private static final Map<Signal, Watermarks> NEVER = Map.of(Signal.LEDGER, new Watermarks(0.9, 0.95, 1));

    private static SecuritySettings dryRun(long generation, boolean on) {
        SecuritySettings plain = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                generation,
                plain.role(),
                plain.mpp(),
                plain.profiles(),
                plain.portExemptions(),
                plain.ipv4(),
                plain.ipv6(),
                plain.interfaces(),
                plain.connectionRateLimit(),
                on ? Toggle.ENABLED : Toggle.DISABLED);
    }

    private long told(boolean dry) {
        return events.stream()
                .filter(event -> event instanceof ConnectionsTerminated some && some.dryRun() == dry)
                .count();
    }

    /** The figure is printed; the bound is for a machine that has much else to do. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theFirstIsClosedSoonAfterTheCrossing(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).listener("main", "pool"));
        AtomicReference<Long> crossed = new AtomicReference<>();
        AtomicReference<Long> closed = new AtomicReference<>();
        Thread watch = new Thread(() -> {
            long high = (long) (0.5 * (BUDGET - 2 * 200 * 512));
            while (closed.get() == null && !Thread.currentThread().isInterrupted()) {
                if (crossed.get() == null && proxy.relays().heldBytes() >= high) {
                    crossed.set(System.nanoTime());
                }
                if (pruned(proxy) > 0) {
                    long now = System.nanoTime();
                    // Both may be between two looks.
                    crossed.compareAndSet(null, now);
                    closed.set(now);
                }
                Thread.yield();
            }
        });
        watch.start();
        keep(watch::interrupt);
        clients.flooders(30, CROWD, at(proxy, "main"));
        await().until(() -> closed.get() != null);
        long millis = TimeUnit.NANOSECONDS.toMillis(closed.get() - crossed.get());
        System.out.println("first kill " + (closed.get() - crossed.get()) / 1000 + " us after the crossing, " + kind);
        assertThat(millis).isLessThan(2_000);
    }

    @Test
    void aDryRunRecordsEachOnceAndTouchesNobodyUntilItIsSwitchedOff() throws Exception {
        Proxy proxy =
                start(settings(TransportKind.NIO).security(dryRun(2, true)).listener("main", "pool"));
        // All are there before the first asks: else some of them make an episode, and those who come later another one.
        List<Socket> crowd = clients.silent(14, CROWD, at(proxy, "main"));
        await().until(() -> on(proxy, "main").size() == 14);
        for (Socket each : crowd) {
            each.getOutputStream().write(Clients.FLOOD);
        }
        await().until(() -> proxy.pressure().wouldClose() > 0);
        await().until(() -> proxy.pressure()
                .evaluation()
                .map(seen -> seen.worst().levelOwed() < 0.3)
                .orElse(false));
        assertThat(proxy.pressure().dryRun()).isTrue();
        assertThat(pruned(proxy)).isZero();
        assertThat(proxy.pressure().closed()).isZero();
        assertThat(proxy.relays().active()).isEqualTo(14);
        // A turn counts first, keeps then, and is shown in the end.
        await().untilAsserted(() ->
                assertThat(proxy.kills(1000)).hasSize((int) proxy.pressure().wouldClose()));
        List<KillRecord> kills = proxy.kills(1000);
        assertThat(kills).allMatch(KillRecord::dryRun);
        assertThat(kills.stream().map(each -> each.connection().id())).doesNotHaveDuplicates();
        assertThat(told(true)).isEqualTo(1);
        assertThat(told(false)).isZero();
        Clients.exchange(clients.echoing(HONEST, at(proxy, "main")));

        proxy.security(dryRun(3, false));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy);
        assertThat(told(false)).isPositive();
        assertThat(proxy.pressure().dryRun()).isFalse();
        assertThat(proxy.kills(1)).noneMatch(KillRecord::dryRun);
    }

    @Test
    void aForecastSaysWhoWouldGoAndNobodyDoes() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO)
                .watermarks(NEVER)
                .listener("main", "pool")
                .listener("office", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        clients.flooders(4, CROWD, at(proxy, "main"));
        clients.flooders(3, HONEST, at(proxy, "office"));
        // For so long that each was looked at after it had stood still for a while.
        await().until(() -> on(proxy, "main").stream()
                                .filter(each -> each.facts().heldBytes() > 30_000
                                        && each.facts().stalledNanos() > TimeUnit.MILLISECONDS.toNanos(200))
                                .count()
                        == 4
                && proxy.pressure().evaluation().isPresent());

        Forecast calm = proxy.forecast(Optional.empty(), OptionalDouble.empty());
        assertThat(calm.plan()).isEmpty();
        assertThat(calm.eligible()).isEqualTo(4);
        assertThat(calm.exempt()).isEqualTo(3);

        Forecast full = proxy.forecast(Optional.of(Signal.LEDGER), OptionalDouble.of(1));
        PrunePlan plan = full.plan().orElseThrow();
        assertThat(full.reading().level()).isEqualTo(1);
        assertThat(plan.victims())
                .isNotEmpty()
                .allMatch(each -> each.connection().listener().equals("main"));
        assertThat(plan.demand().amount())
                .isBetween(full.reading().limit() / 10, full.reading().limit() / 8);
        assertThat(plan.fallsShort()).isFalse();

        assertThatThrownBy(() -> proxy.forecast(Optional.of(Signal.HEAP), OptionalDouble.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("signal: heap (expected: one that is watched and can be read: [ledger])");
        assertThatThrownBy(() -> proxy.forecast(Optional.empty(), OptionalDouble.of(1.1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("level: 1.1 (expected: 0 to 1)");
        assertThat(pruned(proxy)).isZero();
        assertThat(proxy.kills(10)).isEmpty();
    }

    @Test
    void eachKillIsKeptWithItsReason() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO).listener("main", "pool"));
        clients.flooders(30, CROWD, at(proxy, "main"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy);
        await().until(() -> {
            long closed = pruned(proxy);
            return proxy.kills(10_000).size() >= closed;
        });
        List<KillRecord> newest = proxy.kills(1);
        List<KillRecord> kills = proxy.kills(10_000);
        assertThat(kills).allSatisfy(kill -> {
            assertThat(kill.signal()).isEqualTo(Signal.LEDGER);
            assertThat(kill.episode()).isPositive();
            assertThat(kill.epoch()).isPositive();
            assertThat(kill.dryRun()).isFalse();
            assertThat(kill.victim().gain()).isPositive();
            assertThat(kill.connection().source()).hasToString(CROWD);
        });
        assertThat(kills)
                .isSortedAccordingTo(Comparator.comparingLong(KillRecord::episode)
                        .thenComparingLong(KillRecord::epoch)
                        .reversed());
        assertThat(newest).hasSize(1);
        assertThat(kills).containsAll(newest);
    }

    @Test
    void theCostOfTheExemptIsToldOnceAndAgainWhenItIsOver() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO)
                .watermarks(NEVER)
                .exemptBudget(200_000)
                .listener("main", "pool")
                .listener("office", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        clients.flooders(2, CROWD, at(proxy, "main"));
        List<Socket> crowd = clients.flooders(6, CROWD, at(proxy, "office"));
        await().until(() -> events.stream().anyMatch(ExemptAlarm.class::isInstance));
        ExemptAlarm raised = (ExemptAlarm) events.stream()
                .filter(ExemptAlarm.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(raised.raised()).isTrue();
        assertThat(raised.listener()).isEqualTo("office");
        assertThat(raised.budget()).isEqualTo(200_000);
        assertThat(raised.bytes()).isGreaterThanOrEqualTo(200_000);
        await().until(() -> proxy.pressure().exempt().connections() == 6);
        assertThat(proxy.pressure().exempt().worstListener()).contains("office");
        for (Socket each : crowd) {
            each.close();
        }
        await().until(() ->
                events.stream().filter(ExemptAlarm.class::isInstance).count() == 2);
        assertThat(events).anyMatch(event -> event instanceof ExemptAlarm alarm && !alarm.raised());
        // The alarm ends at four fifths, when some may still be there.
        await().until(() -> proxy.pressure().exempt().connections() == 0);
    }

    @Test
    void theGreedyIsHeldBackWhileThereIsTimeAndLetGoWhenThereIsCalm() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO)
                .watermarks(Map.of(Signal.LEDGER, new Watermarks(0.04, 0.1, 0.2)))
                .restraint()
                .listener("main", "pool"));
        Socket honest = clients.echoing(HONEST, at(proxy, "main"));
        Clients.exchange(honest);
        Socket greedy = clients.flooders(1, CROWD, at(proxy, "main")).get(0);
        await().until(() -> proxy.pressure().heldBack() == 1);
        await().until(() -> events.stream().anyMatch(event -> event instanceof Restraint some && some.on()));
        Clients.exchange(honest);
        greedy.close();
        await().until(() -> proxy.pressure().heldBack() == 0);
        await().until(() -> events.stream().anyMatch(event -> event instanceof Restraint some && !some.on()));
        assertThat(events.stream().filter(Restraint.class::isInstance)).hasSize(2);
        assertThat(pruned(proxy)).isZero();
    }

    /** The interval is so long that only what moves can wake it. */
    @Test
    void theFirstByteAndTheFirstConnectionWakeALoopThatRests() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO)
                .watermarks(NEVER)
                .interval(Duration.ofHours(1))
                .listener("main", "pool"));
        Socket client = clients.echoing(HONEST, at(proxy, "main"));
        Clients.exchange(client);
        PressureView rested = awaitRest(proxy);
        Clients.exchange(client);
        await().until(() -> proxy.pressure() != rested);
        PressureView again = awaitRest(proxy);
        clients.connect(HONEST, at(proxy, "main"));
        await().until(() -> proxy.pressure() != again);
    }

    private static PressureView awaitRest(Proxy proxy) {
        AtomicReference<PressureView> last = new AtomicReference<>();
        // Longer than it pauses while things move.
        await().pollInterval(Duration.ofMillis(300)).until(() -> last.getAndSet(proxy.pressure()) == proxy.pressure());
        return proxy.pressure();
    }

    @Test
    void connectionsAreListedInTheOrderAskedFor() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO).watermarks(NEVER).listener("main", "pool"));
        clients.flooders(3, CROWD, at(proxy, "main"));
        Socket lone = clients.echoing(HONEST, at(proxy, "main"));
        Clients.exchange(lone);
        await().until(() -> on(proxy, "main").size() == 4 && heldOn(proxy, "main") > 3 * 30_000);
        assertThat(proxy.connections(ConnectionOrder.SOURCE, 10))
                .extracting(each -> each.facts().source().toString())
                .containsExactly(CROWD, CROWD, CROWD, HONEST);
        assertThat(proxy.connections(ConnectionOrder.COST, 10))
                .extracting(each -> each.facts())
                .isSortedAccordingTo((one, other) -> Long.compare(other.costBytes(), one.costBytes()))
                .extracting(ConnectionFacts::id)
                .hasSize(4);
        assertThat(proxy.connections(ConnectionOrder.IDLE, 2)).hasSize(2);
    }
}
