package dev.spillway.server.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * One of Spillway's own meters: name, type, unit, tags, meaning, and how it is read. {@link #all} is the only list; what is
 * scraped and {@code docs/metrics.md} are both compared with it by a test.
 *
 * @param id Micrometer's name
 * @param type what kind of figure it is
 * @param unit what is counted, for the reader
 * @param description the meaning, as one sentence
 * @param tags the names of its tags
 * @param source how it is read
 */
record SpillwayMeter(String id, Type type, String unit, String description, List<String> tags, MeterSource source) {
    private static final List<SpillwayMeter> ALL = Stream.of(
                    ProxyMeters.ALL,
                    KernelMeters.ALL,
                    RelayMeters.ALL,
                    PressureMeters.ALL,
                    SynGateMeters.ALL,
                    PlaneMeters.ALL)
            .flatMap(List::stream)
            .toList();

    /** What kind of figure it is. */
    enum Type {
        COUNTER,
        GAUGE
    }

    /** All there are, in the order of the documentation. */
    static List<SpillwayMeter> all() {
        return ALL;
    }

    static SpillwayMeter gauge(String id, String unit, String description, ToDoubleFunction<Snapshot> value) {
        return gauge(id, unit, description, List.of(), (s, out) -> out.row(value.applyAsDouble(s)));
    }

    static SpillwayMeter gauge(String id, String unit, String description, List<String> tags, MeterSource source) {
        return new SpillwayMeter(id, Type.GAUGE, unit, description, tags, source);
    }

    static SpillwayMeter counter(String id, String unit, String description, ToDoubleFunction<Snapshot> value) {
        return counter(id, unit, description, List.of(), (s, out) -> out.row(value.applyAsDouble(s)));
    }

    static SpillwayMeter counter(String id, String unit, String description, List<String> tags, MeterSource source) {
        return new SpillwayMeter(id, Type.COUNTER, unit, description, tags, source);
    }

    /** Whether the unit is one that Prometheus wants in the name. */
    boolean unitInName() {
        return unit.equals("bytes") || unit.equals("seconds");
    }

    /** The name in the scraped text and in queries. */
    String prometheusName() {
        return id.replace('.', '_') + (unitInName() ? "_" + unit : "") + (type == Type.COUNTER ? "_total" : "");
    }

    void read(Snapshot snapshot, MeterSource.Rows rows) {
        source.read(snapshot, rows);
    }
}
