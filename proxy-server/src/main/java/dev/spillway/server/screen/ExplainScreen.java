package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import java.util.ArrayList;
import java.util.List;

/** {@code explain}: the order of judgement, step by step, and where it ended. */
public final class ExplainScreen {
    private static final int LABEL = 12;

    private ExplainScreen() {}

    /** The screen for a body of {@code /api/v1/explain}. */
    public static List<String> lines(Node body) {
        List<String> lines = new ArrayList<>();
        row(lines, "Listener", body.orDash("listener"));
        row(
                lines,
                "Local",
                body.orDash("local")
                        + body.text("interfaceName")
                                .filter(name -> !name.isEmpty())
                                .map(name -> " on " + name)
                                .orElse(""));
        row(lines, "From", body.orDash("from"));
        row(
                lines,
                "Profile",
                body.orDash("profile")
                        + body.text("profileFound")
                                .map(found -> " (" + found + ")")
                                .orElse(""));
        row(
                lines,
                "Verdict",
                body.orDash("standing")
                        + (body.flag("eligible") ? ": may be closed or refused" : ": never closed, never refused"));
        row(lines, "Generation", body.orDash("generation"));
        List<Node> steps = body.nodes("steps");
        if (steps.isEmpty()) {
            return lines;
        }
        Table table = new Table("", "Step", "Applies", "Because");
        for (int i = 0; i < steps.size(); i++) {
            Node step = steps.get(i);
            table.row(Integer.toString(i + 1), step.orDash("step"), applies(step), because(step));
        }
        lines.add("");
        lines.addAll(table.lines());
        return lines;
    }

    private static String applies(Node step) {
        if (step.flag("decides")) {
            return "decides";
        }
        // The last step applies to all that are left, which is nobody if an earlier one decides.
        return step.flag("applies") && !because(step).equals("-") ? "yes" : "no";
    }

    private static String because(Node step) {
        String value = step.orDash("value");
        return step.flag("decides") && value.equals("-") ? "nothing above applies" : value;
    }

    private static void row(List<String> lines, String label, String value) {
        lines.add(label + " ".repeat(LABEL - label.length()) + ": " + value);
    }
}
