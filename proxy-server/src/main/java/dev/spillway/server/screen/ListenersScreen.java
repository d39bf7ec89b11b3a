package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code show listeners}. */
public final class ListenersScreen {
    private ListenersScreen() {}

    /** The screen for a body of {@code /api/v1/listeners}. */
    public static List<String> lines(Node body) {
        Table table = new Table(
                "Listener",
                "Bound",
                "Upstream",
                "Profile",
                "Verdict",
                "Accepting",
                "Queue",
                "Dropped",
                "Active",
                "Accepted",
                "Refused");
        for (Node each : body.nodes("listeners")) {
            table.row(
                    each.orDash("name"),
                    each.orDash("bound"),
                    each.orDash("upstream"),
                    each.orDash("profile"),
                    each.orDash("standing"),
                    each.flag("accepting") ? "yes" : "no",
                    each.has("queueLimit") ? each.orDash("queued") + "/" + each.orDash("queueLimit") : "-",
                    each.orDash("dropped"),
                    each.orDash("active"),
                    each.orDash("accepted"),
                    refused(each.node("refused").plain()));
        }
        List<String> lines = new ArrayList<>(table.hasRows() ? table.lines() : List.of("no listeners"));
        lines.addAll(KernelLines.of(body.node("kernel")));
        return lines;
    }

    private static String refused(Map<String, String> byReason) {
        String reasons = byReason.entrySet().stream()
                .filter(reason -> !reason.getValue().equals("0"))
                .map(reason -> reason.getKey() + " " + reason.getValue())
                .collect(Collectors.joining(", "));
        return reasons.isEmpty() ? "0" : reasons;
    }
}
