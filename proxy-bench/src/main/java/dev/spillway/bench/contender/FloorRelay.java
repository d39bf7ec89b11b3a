package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A relay that accounts for nothing, written for the comparison: what another's cost can be held against, and no rival. */
sealed interface FloorRelay extends Contender permits Floor, JavaFloor {
    /** The beginnings of what it is the floor of. Bulk is spliced for less than its copying takes, and at rest it holds nothing. */
    Set<String> TAKEN = Set.of("exchange", "connect", "latency");

    @Override
    default boolean takes(String id) {
        return TAKEN.stream().anyMatch(id::startsWith);
    }

    /** What it is told: where to listen, and where to connect to for it, in turn. */
    static List<String> words(Endpoints listen, Endpoints upstream) {
        return Stream.of(
                        listen.echo(),
                        upstream.echo(),
                        listen.source(),
                        upstream.source(),
                        listen.sink(),
                        upstream.sink())
                .map(HostPort::of)
                .toList();
    }
}
