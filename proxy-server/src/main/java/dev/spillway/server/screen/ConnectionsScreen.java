package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** {@code show connections}: each with what it costs, how it gets on, and the verdict of its accept (S11). */
public final class ConnectionsScreen {
    private static final String[] HEADING = {
        "Id",
        "Client",
        "Local",
        "Listener",
        "Server",
        "Phase",
        "Verdict",
        "Gen",
        "Age",
        "Idle",
        "Stalled",
        "Waits",
        "Pace",
        "Window",
        "Fixed",
        "Held",
        "Kernel",
        "Cost"
    };

    private ConnectionsScreen() {}

    /** The screen for a body of {@code /api/v1/connections}. */
    public static List<String> lines(Node body) {
        return body.text("by").filter("source"::equals).isPresent() ? bySource(body) : single(body);
    }

    private static List<String> single(Node body) {
        Table table = new Table(HEADING);
        List<Node> connections = body.nodes("connections");
        connections.forEach(each -> table.row(cells(each)));
        List<String> lines = new ArrayList<>(table.hasRows() ? table.lines() : List.of("no connections"));
        if (body.number("active") > connections.size()) {
            boolean idle = body.text("by").filter("idle"::equals).isPresent();
            lines.add("(" + connections.size() + " of " + body.number("active") + ", "
                    + (idle ? "those idle for longest" : "the costliest") + ")");
        }
        return lines;
    }

    private static String[] cells(Node each) {
        return new String[] {
            each.orDash("id"),
            each.orDash("client"),
            each.orDash("local"),
            each.orDash("listener"),
            each.orDash("server"),
            each.orDash("phase"),
            each.orDash("standing"),
            each.orDash("generation"),
            Amount.millis(each.number("ageMillis")),
            Amount.millis(each.number("idleMillis")),
            Amount.millis(each.number("stalledMillis")),
            Amount.bytes(each.number("waitingBytes")),
            pace(each),
            each.orDash("window"),
            Amount.bytes(each.number("fixedBytes")),
            Amount.bytes(each.number("heldBytes")),
            Amount.bytes(each.number("kernelBytes")),
            Amount.bytes(each.number("costBytes"))
        };
    }

    /** What the slower peer takes; where nothing waits for it there is no pace. */
    private static String pace(Node each) {
        return each.number("waitingBytes") > 0 ? Amount.bytes(each.number("paceBytes")) + "/s" : "-";
    }

    /** A line for each group with its totals, and below it its costliest connections. */
    private static List<String> bySource(Node body) {
        Table table = new Table(
                "Source",
                "Connections",
                "Eligible",
                "Fixed",
                "Held",
                "Kernel",
                "Cost",
                "Id",
                "Phase",
                "Stalled",
                "Idle");
        List<Node> sources = body.nodes("sources");
        for (Node source : sources) {
            table.row(
                    source.orDash("source"),
                    source.orDash("connections"),
                    source.orDash("eligible"),
                    Amount.bytes(source.number("fixedBytes")),
                    Amount.bytes(source.number("heldBytes")),
                    Amount.bytes(source.number("kernelBytes")),
                    Amount.bytes(source.number("costBytes")));
            for (Node each : source.nodes("costliest")) {
                table.row(
                        "  " + each.orDash("client"),
                        "",
                        each.orDash("standing"),
                        Amount.bytes(each.number("fixedBytes")),
                        Amount.bytes(each.number("heldBytes")),
                        Amount.bytes(each.number("kernelBytes")),
                        Amount.bytes(each.number("costBytes")),
                        each.orDash("id"),
                        each.orDash("phase"),
                        Amount.millis(each.number("stalledMillis")),
                        Amount.millis(each.number("idleMillis")));
            }
        }
        List<String> lines = new ArrayList<>(table.hasRows() ? table.lines() : List.of("no connections"));
        if (body.number("groups") > sources.size()) {
            lines.add("(" + sources.size() + " of " + body.number("groups") + " sources, the costliest; "
                    + body.orDash("active") + " connections in all)");
        }
        return lines;
    }
}
