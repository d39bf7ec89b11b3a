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
 */
record Plan(List<String> only, int rounds, Duration duration, Steadiness warmUp, int idleFrom, int idleTo) {
    /** Start-up time and memory at rest. */
    static final String START_UP = "start-up";

    /** Memory of idle connections. */
    static final String IDLE = "idle";

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
    }

    /** All ids there are. */
    static Stream<String> ids() {
        return Stream.concat(Workload.all().stream().map(Workload::id), Stream.of(IDLE, START_UP));
    }

    /** Whether {@code id} is measured. */
    boolean includes(String id) {
        return only.isEmpty() || only.stream().anyMatch(id::startsWith);
    }

    /** Whether a workload is measured. */
    boolean hasTraffic() {
        return Workload.all().stream().anyMatch(workload -> includes(workload.id()));
    }

    /** Connections a proxy must be able to hold: the idle ones, or those of a workload, and some on top. */
    int capacity() {
        return Math.max(1000, idleTo + idleTo / 4);
    }
}
