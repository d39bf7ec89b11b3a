package dev.spillway.bench.sim;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.spillway.bench.sim.Campaign.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Results with every single figure of every run, for programs. */
public final class ResultsJson {
    /** Raised when a field changes its meaning or goes. */
    private static final int FORMAT = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultsJson() {}

    /** The text of {@code results}, with a line end. */
    public static String of(Results results) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("seeds", results.campaign().seeds());
        for (Demands.Demand demand : Demands.of(results)) {
            ObjectNode node = root.withArray("demands").addObject();
            node.put("text", demand.text()).put("scenarios", demand.scenarios()).put("holds", demand.holds());
            demand.failures().forEach(node.putArray("failures")::add);
        }
        results.rows().forEach(row -> {
            ObjectNode scenario = root.withArray("scenarios").addObject();
            scenario.put("name", row.scenario().name());
            scenario.put("title", row.scenario().title());
            scenario.put("kind", row.scenario().kind().name().toLowerCase(Locale.ROOT));
            row.cells().forEach(cell -> add(scenario.withArray("policies").addObject(), cell));
        });
        try {
            return MAPPER.writeValueAsString(root) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("a tree in memory cannot be written", e);
        }
    }

    private static void add(ObjectNode to, Cell cell) {
        to.put("policy", cell.policy().label());
        to.put("false-kill-percent", cell.falseKillPercent());
        to.put("worst-false-kill-percent", cell.worstFalseKillPercent());
        for (int i = 0; i < cell.outcomes().size(); i++) {
            Outcome outcome = cell.outcomes().get(i);
            to.withArray("runs")
                    .addObject()
                    .put("seed", i + 1)
                    .put("crossings", outcome.crossings())
                    .put("reaction-ms", outcome.reaction())
                    .put("above-longest-ms", outcome.aboveLongest())
                    .put("above-total-ms", outcome.aboveTotal())
                    .put("recovery-ms", outcome.recovery())
                    .put("recovered", outcome.recovered())
                    .put("honest-bytes", outcome.honestBytes())
                    .put("undisturbed-bytes", cell.undisturbed().get(i))
                    .put("honest-under-pressure", outcome.exposed())
                    .put("false-kills", outcome.falseKills())
                    .put("closed", outcome.kills())
                    .put("overshot-bytes", outcome.overshot())
                    .put("most-connections", outcome.connections());
        }
    }
}
