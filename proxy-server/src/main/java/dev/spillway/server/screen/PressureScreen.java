package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** {@code show pressure}: what is short, what is done about it, and every signal against its marks (S24). */
public final class PressureScreen {
    private PressureScreen() {}

    /** The screen for a body of {@code /api/v1/pressure}. */
    public static List<String> lines(Node body) {
        List<String> lines = new ArrayList<>();
        lines.add("Worst signal   : " + body.text("reason").orElse("not read yet"));
        if (body.flag("dryRun")) {
            lines.add("DRY RUN        : nobody is closed or refused; " + body.orDash("wouldClose")
                    + " connections would have been closed so far");
        }
        lines.add("Episode        : "
                + (body.number("episode") > 0
                        ? body.orDash("episode") + ", epoch " + body.orDash("epoch")
                        : "none; " + body.orDash("episodes") + " so far"));
        lines.add("Rates          : SYN drop " + rate(body, "synDropRate") + ", kill " + rate(body, "killRate"));
        lines.add("Closed so far  : " + body.orDash("closed") + " connections, "
                + Amount.bytes(body.number("freedBytes")) + " freed");
        restraint(body, lines);
        lines.add("");
        Table table = new Table("Signal", "Level", "Low", "Re-entry", "High", "Used", "Limit", "");
        for (Node each : body.nodes("signals")) {
            boolean bytes = each.text("unit").filter("bytes"::equals).isPresent();
            table.row(
                    each.orDash("signal"),
                    rate(each, "level"),
                    rate(each, "low"),
                    rate(each, "reentry"),
                    rate(each, "high"),
                    amount(each, "used", bytes),
                    amount(each, "limit", bytes),
                    each.text("why").orElse(""));
        }
        lines.addAll(table.lines());
        return lines;
    }

    private static void restraint(Node body, List<String> lines) {
        if (body.number("heldBack") > 0) {
            lines.add(
                    "Held back      : " + body.orDash("heldBack") + " connections that take most are not read for now");
        }
        body.decimal("timeoutScale")
                .filter(scale -> scale < 1)
                .ifPresent(scale -> lines.add("Timeouts       : idle and first-byte timeouts of connections that may be"
                        + " closed are at " + Amount.percent(scale) + " of what is set"));
        Node exempt = body.node("exempt");
        if (exempt.number("connections") > 0) {
            long budget = exempt.number("budgetBytes");
            lines.add((exempt.flag("tooMuch") ? "EXEMPT ALARM   : " : "Exempt         : ")
                    + exempt.orDash("connections") + " connections that MPP may not close take "
                    + Amount.said(exempt.number("costBytes"))
                    + (budget > 0 ? " of " + Amount.said(budget) : "")
                    + exempt.text("worstListener")
                            .map(name -> ", most by listener " + name)
                            .orElse(""));
        }
        Node sampling = body.node("sampling");
        if (sampling.has("kernelTold")) {
            lines.add("Kernel memory  : "
                    + (sampling.flag("kernelTold")
                            ? Amount.said(sampling.number("kernelBytes")) + " for all connections"
                            : "not told here, so costs are without it")
                    + (sampling.number("stale") > 0
                            ? "; " + sampling.orDash("stale") + " connections not looked at for two seconds"
                            : ""));
        }
    }

    private static String rate(Node node, String name) {
        return node.decimal(name).map(Amount::percent).orElse("-");
    }

    private static String amount(Node node, String name, boolean bytes) {
        if (!node.has(name)) {
            return "-";
        }
        return bytes
                ? Amount.bytes(node.number(name))
                : node.number(name) + " " + node.text("unit").orElse("");
    }
}
