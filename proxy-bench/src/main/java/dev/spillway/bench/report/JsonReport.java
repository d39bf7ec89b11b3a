package dev.spillway.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** A report with every single figure, for programs: to draw, to compare with another run, to doubt. */
public final class JsonReport {
    /** Raised when a field changes its meaning or goes. */
    private static final int FORMAT = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    /** The text of {@code report}, with a line end. */
    public static String of(Report report) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("started-at", report.startedAt().toString());
        root.put("took-seconds", report.took().toMillis() / 1e3);
        root.put("command", report.command());
        addMachine(root.putObject("machine"), report.machine());
        root.put("reference", report.reference());
        report.contenders()
                .forEach(entrant -> root.withArray("contenders")
                        .addObject()
                        .put("name", entrant.name())
                        .put("version", entrant.version())
                        .put("set-up", entrant.setUp()));
        addTargets(root.putArray("targets"), report);
        Measurements measurements = report.measurements();
        for (Metric metric : measurements.metrics()) {
            addMetric(root.withArray("metrics").addObject(), metric, report);
        }
        measurements.notes().forEach(root.putArray("notes")::add);
        root.putArray("failures");
        measurements
                .failures()
                .forEach(failure -> root.withArray("failures")
                        .addObject()
                        .put("what", failure.what())
                        .put("contender", failure.contender())
                        .put("message", failure.message()));
        try {
            return MAPPER.writeValueAsString(root) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("a tree in memory cannot be written", e);
        }
    }

    private static void addMachine(ObjectNode to, Machine machine) {
        to.put("processor", machine.processor());
        to.put("processors", machine.processors());
        to.put("memory-mib", machine.memoryMiB());
        to.put("kernel", machine.kernel());
        to.put("congestionControl", machine.congestionControl());
        to.put("java", machine.java());
        to.put("load-average", machine.loadAverage());
    }

    private static void addTargets(ArrayNode to, Report report) {
        for (Target target : Target.all()) {
            for (String contender : report.judged()) {
                Target.Verdict verdict = target.verdict(report.measurements(), contender);
                ObjectNode entry = to.addObject()
                        .put("work", target.work())
                        .put("contender", contender)
                        .put("reference", target.reference().orElse(""))
                        .put("at-most", target.atMost())
                        .put("unit", target.unit())
                        .put("standing", verdict.standing().name().toLowerCase(Locale.ROOT));
                verdict.measured().ifPresent(spread -> addSpread(entry.putObject("measured"), spread));
                if (!verdict.worst().isEmpty()) {
                    entry.put("worst", verdict.worst()).put("worst-median", verdict.worstMedian());
                }
                for (Target.Yardstick floor : Target.FLOORS) {
                    target.floor(report.measurements(), floor)
                            .ifPresent(spread -> addSpread(entry.putObject(floor.contender()), spread));
                }
            }
        }
    }

    private static void addMetric(ObjectNode to, Metric metric, Report report) {
        to.put("id", metric.id());
        to.put("title", metric.title());
        to.put("unit", metric.unit());
        to.put("kind", metric.kind().name().toLowerCase(Locale.ROOT));
        Measurements measurements = report.measurements();
        for (String contender : measurements.contenders(metric)) {
            ObjectNode entry = to.withArray("results").addObject().put("contender", contender);
            measurements.figures(metric, contender).forEach(entry.putArray("rounds")::add);
            measurements.spread(metric, contender).ifPresent(spread -> addSpread(entry.putObject("spread"), spread));
            measurements
                    .ratio(metric, contender, report.reference())
                    .ifPresent(ratio -> addSpread(entry.putObject("ratio"), ratio));
        }
    }

    private static void addSpread(ObjectNode to, Spread spread) {
        to.put("min", spread.min());
        to.put("median", spread.median());
        to.put("max", spread.max());
    }
}
