package dev.spillway.server.metrics;

import dev.spillway.ProxyView.State;
import dev.spillway.connection.CloseReason;
import dev.spillway.connection.RefusalReason;
import dev.spillway.limit.Shortage;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.prune.Guilt;
import dev.spillway.security.PortRange;
import dev.spillway.server.events.EventId;
import dev.spillway.upstream.UpstreamView;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Reads one meter of {@link SpillwayMeter}; those with more than one series are here. */
interface MeterSource {
    /** Tells {@code rows} every series there is now. */
    void read(Snapshot snapshot, Rows rows);

    /** Takes the series of one meter in one scrape. */
    interface Rows {
        /** One series; the values are in the order of the meter's tags. */
        void row(double value, String... tagValues);
    }

    static double flag(boolean on) {
        return on ? 1 : 0;
    }

    static MeterSource perListener(ToDoubleFunction<ListenerView> value) {
        return (s, out) -> s.listeners().forEach(listener -> out.row(value.applyAsDouble(listener), listener.name()));
    }

    static MeterSource perUpstream(ToDoubleFunction<UpstreamView> value) {
        return (s, out) -> s.upstreams().forEach(upstream -> out.row(value.applyAsDouble(upstream), upstream.name()));
    }

    static MeterSource perReading(ToDoubleFunction<Reading> value) {
        return (s, out) -> readings(s)
                .forEach(reading ->
                        out.row(value.applyAsDouble(reading), reading.signal().label()));
    }

    static void states(Snapshot s, Rows out) {
        for (State state : State.values()) {
            out.row(flag(s.state() == state), state.name().toLowerCase(Locale.ROOT));
        }
    }

    static double exemptPorts(Snapshot s) {
        return s.security().portExemptions().ranges().stream()
                .mapToInt(PortRange::size)
                .sum();
    }

    static void closedByReason(Snapshot s, Rows out) {
        for (CloseReason reason : CloseReason.values()) {
            out.row(s.relays().closed().getOrDefault(reason, 0L), reason.label());
        }
    }

    static void madeRoom(Snapshot s, Rows out) {
        for (Shortage shortage : Shortage.values()) {
            out.row(s.relays().room().made().getOrDefault(shortage, 0L), shortage.label());
        }
    }

    static void eligibleListeners(Snapshot s, Rows out) {
        for (ListenerView listener : s.listeners()) {
            out.row(flag(listener.eligible()), listener.name(), listener.standing());
        }
    }

    static void refusedByReason(Snapshot s, Rows out) {
        for (ListenerView listener : s.listeners()) {
            for (RefusalReason reason : RefusalReason.values()) {
                out.row(listener.refused().getOrDefault(reason, 0L), listener.name(), reason.label());
            }
        }
    }

    static void serversUp(Snapshot s, Rows out) {
        for (UpstreamView upstream : s.upstreams()) {
            for (UpstreamView.ServerView server : upstream.servers()) {
                out.row(flag(server.up()), upstream.name(), server.server(), server.address());
            }
        }
    }

    static void watermarks(Snapshot s, Rows out) {
        s.watermarks().forEach((signal, marks) -> {
            out.row(marks.low(), signal.label(), "low");
            out.row(marks.reentry(), signal.label(), "reentry");
            out.row(marks.high(), signal.label(), "high");
        });
    }

    static void availableSignals(Snapshot s, Rows out) {
        for (Signal signal : Signal.values()) {
            boolean read = readings(s).stream().anyMatch(reading -> reading.signal() == signal);
            out.row(flag(read && !s.pressure().unavailable().containsKey(signal)), signal.label());
        }
    }

    static void position(Snapshot s, Rows out) {
        s.pressure()
                .evaluation()
                .ifPresent(evaluation -> out.row(
                        evaluation.position(), evaluation.worst().signal().label()));
    }

    static void samplingLines(Snapshot s, Rows out) {
        out.row(s.sampling().suspects(), "suspect");
        out.row(s.sampling().stirring(), "stirring");
        out.row(s.sampling().quiet(), "quiet");
        out.row(s.sampling().unseen(), "unseen");
    }

    static void prunedByGuilt(Snapshot s, Rows out) {
        Map<Guilt, Long> closed = s.proxy().closedByGuilt();
        for (Guilt guilt : Guilt.values()) {
            out.row(closed.getOrDefault(guilt, 0L), guilt.label());
        }
    }

    static void pendingTasks(Snapshot s, Rows out) {
        for (int loop = 0; loop < s.pendingTasks().size(); loop++) {
            out.row(s.pendingTasks().get(loop), Integer.toString(loop));
        }
    }

    static void eventsById(Snapshot s, Rows out) {
        for (EventId id : EventId.values()) {
            out.row(s.events().getOrDefault(id, 0L), Integer.toString(id.number()), id.label());
        }
    }

    static void adminAnswers(Snapshot s, Rows out) {
        for (int digit : AdminTraffic.STATUS_CLASSES) {
            out.row(s.admin().answers(digit), digit + "xx");
        }
    }

    static void adminRefusals(Snapshot s, Rows out) {
        s.admin().refusals().forEach((reason, count) -> out.row(count, reason.label()));
    }

    /** By Netty's count; where Netty leaves direct memory to the JVM, by the JVM's. */
    static double directTaken() {
        long byNetty = PlatformDependent.usedDirectMemory();
        return byNetty >= 0
                ? byNetty
                : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }

    private static List<Reading> readings(Snapshot s) {
        return s.pressure().evaluation().map(Evaluation::readings).orElse(List.of());
    }
}
