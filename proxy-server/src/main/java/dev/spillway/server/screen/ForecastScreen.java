package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import java.util.ArrayList;
import java.util.List;

/** {@code explain} without a connection: a sentence first, then who would be closed, in order. */
public final class ForecastScreen {
    private ForecastScreen() {}

    /** The screen for a body of {@code /api/v1/explain} that was asked for victims. */
    public static List<String> lines(Node body) {
        List<String> lines = new ArrayList<>();
        lines.add(body.text("summary").orElse("no summary"));
        List<Node> victims = body.nodes("victims");
        if (victims.isEmpty()) {
            return lines;
        }
        lines.add("");
        Table table = new Table(VictimCells.heading("", "Frees"));
        for (int i = 0; i < victims.size(); i++) {
            Node victim = victims.get(i);
            table.row(VictimCells.row(victim, Integer.toString(i + 1), VictimCells.gain(victim, body)));
        }
        lines.addAll(table.lines());
        long all = body.number("wouldClose");
        if (all > victims.size()) {
            lines.add("(the first " + victims.size() + " of " + all + "; limit= lists more)");
        }
        return lines;
    }
}
