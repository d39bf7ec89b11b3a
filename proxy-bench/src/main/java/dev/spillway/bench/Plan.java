package dev.spillway.bench;

import dev.spillway.bench.load.Workload;
import dev.spillway.bench.measure.Steadiness;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run shall do.
 *
 * @param only ids, or beginnings of ids, of what is measured; empty for everything
 * @param rounds times each contender has its turn; positive
 * @param duration of a sample; positive
 * @param warmUp when warming up is over
 * @param idleFrom idle connections at the first reading of memory; at least 1
 * @param idleTo and at the second; greater than {@code idleFrom}
 * @param idling for how long both stand idle
 * @param requestRate requests a second that latency is measured at; 0 for half of what the reference can do
 */
record Plan(
        List<String> only,
        int rounds,
        Duration duration,
        Steadiness warmUp,
        int idleFrom,
        int idleTo,
        Idling idling,
        double requestRate) {
    /** Start-up time and memory at rest. */
    static final String START_UP = "start-up";

    /** Memory of idle connections. */
    static final String IDLE = "idle";

    /** More than one thread can send. */
    private static final int HIGHEST_RATE = 1_000_000;

    /** Connections a proxy must be able to hold under traffic: those of the widest workload, and as many closing. */
    static final int TRAFFIC_CAPACITY = 1024;

    /** @throws IllegalArgumentException if a value is out of its range; the message is fit for the user */
    Plan {
        only = List.copyOf(only);
        for (String id : only) {
            if (id.isBlank() || ids().noneMatch(known -> known.startsWith(id))) {
                throw new IllegalArgumentException("--only: '" + id + "' (expected: the beginning of one of "
                        + String.join(", ", ids().toList()) + ")");
            }
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds: " + rounds + " (expected: positive)");
        }
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "--seconds: " + duration.toNanos() / 1e9 + " (expected: at least 0.001)");
        }
        if (idleFrom < 1 || idleTo <= idleFrom) {
            throw new IllegalArgumentException("--idle: " + idleFrom + "," + idleTo
                    + " (expected: two counts, the first at least 1 and the second greater)");
        }
        if (!(requestRate >= 0 && requestRate <= HIGHEST_RATE)) {
            throw new IllegalArgumentException(
                    "--rate: " + requestRate + " (expected: 0 or more, at most " + HIGHEST_RATE + ")");
        }
    }

    /** The same with {@code other} rounds. */
    Plan withRounds(int other) {
        return new Plan(only, other, duration, warmUp, idleFrom, idleTo, idling, requestRate);
    }

    /** All ids there are. */
    static Stream<String> ids() {
        return Stream.concat(Workload.all().stream().map(Workload::id), Stream.of(LatencyTrial.ID, IDLE, START_UP));
    }

    /** Whether {@code id} is measured. */
    boolean includes(String id) {
        return only.isEmpty() || only.stream().anyMatch(id::startsWith);
    }

    /** Whether anything is measured under traffic. */
    boolean hasTraffic() {
        return ids().filter(id -> !id.equals(IDLE) && !id.equals(START_UP)).anyMatch(this::includes);
    }

    /**
     * Idle connections a proxy must be able to hold, and some on top. Not many, for some proxies want two descriptors for
     * each before they start.
     */
    int idleCapacity() {
        return Math.max(TRAFFIC_CAPACITY, idleTo + idleTo / 10);
    }
}
