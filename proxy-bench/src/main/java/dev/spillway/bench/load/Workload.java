package dev.spillway.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One kind of traffic. It runs for a time rather than for a number, so that all contenders' samples last equally long,
 * and checks what comes back: a proxy that loses or invents a byte has no figure.
 */
public sealed interface Workload permits Bulk, Exchanges, NewConnections {
    /** All of them, in the order of the report. */
    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (Bulk.Direction direction : Bulk.Direction.values()) {
            for (int connections : List.of(1, 4, 32)) {
                all.add(new Bulk(direction, connections));
            }
        }
        for (int size : List.of(64, 1024)) {
            for (int connections : List.of(1, 64, 512)) {
                all.add(new Exchanges(size, connections));
            }
        }
        all.add(new NewConnections(16));
        return List.copyOf(all);
    }

    /** Short name, unique among {@link #all}. */
    String id();

    /** What a reader sees. */
    String title();

    /** What {@link #run} counts. */
    Unit unit();

    /**
     * Sends traffic to {@code endpoints} for {@code duration}, then finishes what is under way; every connection has done
     * something, however short the time, and has ended when it returns. Blocks; never for longer than {@code duration} and {@link Deadline#PATIENCE}.
     *
     * @param backend the one that {@code endpoints} lead to, at the latest through a proxy
     * @return the work done, exactly, in {@link #unit}; positive
     * @throws LoadFailure if not all of the work came out right
     */
    long run(Endpoints endpoints, Backend backend, Duration duration) throws LoadFailure, InterruptedException;
}
