package dev.spillway.bench.attack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * What Spillway itself says of an attack, by its events and its pressure report.
 *
 * @param signal the signal of the first episode since the attack began; empty if there was none
 * @param mark the level at which that began: the high mark, or soon after another episode the re-entry mark; 0 if none
 * @param episodeAt when that began, in {@link System#nanoTime} terms
 * @param firstClosedAt when the first connections were terminated (event 4229)
 * @param episodes how many there were
 * @param closed connections that MPP closed
 */
record SelfReport(
        String signal, double mark, OptionalLong episodeAt, OptionalLong firstClosedAt, long episodes, long closed) {
    /** The signal that the group's limit gives. */
    static final String TCP_MEMORY = "container-tcp";

    private static final int EPISODE_STARTED = 2001;
    private static final int CONNECTIONS_TERMINATED = 4229;

    /** What was said before an attack, so that only what came after it counts. */
    record Before(long sequence, long episodes, long closed) {}

    static Before before(AdminPlane plane) throws IOException, InterruptedException {
        JsonNode pressure = plane.get("/api/v1/pressure");
        long last = 0;
        for (JsonNode event : plane.get("/api/v1/events").path("events")) {
            last = Math.max(last, event.path("sequence").asLong());
        }
        return new Before(
                last,
                pressure.path("episodes").asLong(),
                pressure.path("closed").asLong());
    }

    static SelfReport since(Before before, AdminPlane plane) throws IOException, InterruptedException {
        // One clock's reading in terms of the other, good to the microseconds between two calls.
        long wall = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()) - System.nanoTime();
        String signal = "";
        double mark = 0;
        OptionalLong episodeAt = OptionalLong.empty();
        OptionalLong closedAt = OptionalLong.empty();
        for (JsonNode event :
                plane.get("/api/v1/events?since=" + before.sequence()).path("events")) {
            int id = event.path("id").asInt();
            long at = ChronoUnit.NANOS.between(
                            Instant.EPOCH, Instant.parse(event.path("time").asText()))
                    - wall;
            if (id == EPISODE_STARTED && episodeAt.isEmpty()) {
                episodeAt = OptionalLong.of(at);
                JsonNode fields = event.path("fields");
                signal = fields.path("signal").asText();
                mark = fields.path(fields.path("byReentry").asBoolean() ? "reentry" : "high")
                        .asDouble();
            } else if (id == CONNECTIONS_TERMINATED && closedAt.isEmpty()) {
                closedAt = OptionalLong.of(at);
            }
        }
        JsonNode pressure = plane.get("/api/v1/pressure");
        return new SelfReport(
                signal,
                mark,
                episodeAt,
                closedAt,
                pressure.path("episodes").asLong() - before.episodes(),
                pressure.path("closed").asLong() - before.closed());
    }
}
