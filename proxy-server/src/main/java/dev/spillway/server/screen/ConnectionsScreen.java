package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** {@code show connections}: the costliest first, each with the verdict of the moment it was accepted (S11). */
public final class ConnectionsScreen {
    private ConnectionsScreen() {}

    /** The screen for a body of {@code /api/v1/connections}. */
    public static List<String> lines(Node body) {
        Table table = new Table(
                "Id", "Client", "Local", "Listener", "Server", "Phase", "Verdict", "Gen", "Age", "Stalled", "Cost");
        for (Node each : body.nodes("connections")) {
            table.row(
                    each.orDash("id"),
                    each.orDash("client"),
                    each.orDash("local"),
                    each.orDash("listener"),
                    each.orDash("server"),
                    each.orDash("phase"),
                    each.orDash("standing"),
                    each.orDash("generation"),
                    Amount.millis(each.number("ageMillis")),
                    Amount.millis(each.number("stalledMillis")),
                    Amount.bytes(each.number("costBytes")));
        }
        List<String> lines = new ArrayList<>(table.hasRows() ? table.lines() : List.of("no connections"));
        int shown = body.nodes("connections").size();
        if (body.number("active") > shown) {
            lines.add("(" + shown + " of " + body.number("active") + ", the costliest)");
        }
        return lines;
    }
}
