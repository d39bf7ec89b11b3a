package dev.spillway.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.spillway.bench.attack.AdminPlane;
import dev.spillway.bench.contender.ProxyProcess;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Spillway says of itself at a moment without traffic, and what the kernel says of it.
 *
 * @param liveHeap bytes after a full collection
 * @param descriptors open, as the kernel counts
 * @param threads as the kernel counts
 * @param active connections open now
 * @param held bytes in their buffers
 * @param described descriptors open, as Spillway's signal has it
 * @param directTaken bytes of direct memory taken from the system
 * @param directLimit bytes of direct memory there may be
 * @param accepted connections taken since the start by the listeners that were always there
 * @param closed connections that have ended since the start
 * @param faults of ours, as counters count them: failed turns of the controller, connections ended by an internal error
 */
record Snapshot(
        long liveHeap,
        long descriptors,
        long threads,
        long active,
        long held,
        long described,
        long directTaken,
        long directLimit,
        long accepted,
        long closed,
        long faults) {
    static Snapshot of(ProxyProcess proxy, AdminPlane plane) throws IOException, InterruptedException {
        long heap = proxy.liveHeap().orElse(0);
        JsonNode status = plane.get("/api/v1/status");
        JsonNode connections = status.path("connections");
        Map<String, Double> metrics = sums(plane.metrics());
        long closed = 0;
        for (JsonNode count : connections.path("closed")) {
            closed += count.asLong();
        }
        return new Snapshot(
                heap,
                proxy.tree().descriptors(),
                proxy.tree().threads(),
                connections.path("active").asLong(),
                status.path("relay").path("heldBytes").asLong(),
                signal(plane, "descriptors"),
                metrics.getOrDefault("spillway_direct_taken_bytes", 0.0).longValue(),
                metrics.getOrDefault("spillway_direct_limit_bytes", 0.0).longValue(),
                accepted(plane),
                closed,
                metrics.getOrDefault("spillway_controller_failures_total", 0.0).longValue()
                        + connections.path("closed").path("internal-error").asLong());
    }

    private static long signal(AdminPlane plane, String name) throws IOException, InterruptedException {
        for (JsonNode signal : plane.get("/api/v1/pressure").path("signals")) {
            if (signal.path("signal").asText().equals(name)) {
                return signal.path("used").asLong(-1);
            }
        }
        return -1;
    }

    private static long accepted(AdminPlane plane) throws IOException, InterruptedException {
        long sum = 0;
        for (JsonNode listener : plane.get("/api/v1/listeners").path("listeners")) {
            if (!listener.path("name").asText().equals("extra")) {
                sum += listener.path("accepted").asLong();
            }
        }
        return sum;
    }

    /** The sum of the series of each metric in {@code text}, by the metric's name. */
    static Map<String, Double> sums(String text) {
        Map<String, Double> sums = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#") && line.contains(" ")).forEach(line -> {
            String name = line.split("[{ ]", 2)[0];
            double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            sums.merge(name, value, Double::sum);
        });
        return sums;
    }
}
