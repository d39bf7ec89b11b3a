package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** {@code show kills}: whom MPP closed last, or would have closed, and why; the newest first. */
public final class KillsScreen {
    private KillsScreen() {}

    /** The screen for a body of {@code /api/v1/kills}. */
    public static List<String> lines(Node body) {
        List<String> lines = new ArrayList<>();
        lines.add("MPP has closed " + body.orDash("closed") + " connections since the start, which had cost "
                + Amount.bytes(body.number("freedBytes")) + "; dry runs would have closed " + body.orDash("wouldClose")
                + "." + (body.flag("dryRun") ? " DRY RUN: nobody is closed now." : ""));
        List<Node> kills = body.nodes("kills");
        if (kills.isEmpty()) {
            return lines;
        }
        lines.add("");
        List<String> heading = new ArrayList<>(List.of(VictimCells.heading("Time", "Freed")));
        heading.addAll(1, List.of("Done", "Signal", "Episode", "Epoch"));
        Table table = new Table(heading.toArray(String[]::new));
        for (Node kill : kills) {
            Node victim = kill.node("victim");
            List<String> cells = new ArrayList<>(
                    List.of(VictimCells.row(victim, Amount.time(kill.orDash("time")), VictimCells.gain(victim, kill))));
            cells.addAll(
                    1,
                    List.of(
                            kill.flag("dryRun") ? "would" : "closed",
                            kill.orDash("signal"),
                            kill.orDash("episode"),
                            kill.orDash("epoch")));
            table.row(cells.toArray(String[]::new));
        }
        lines.addAll(table.lines());
        return lines;
    }
}
