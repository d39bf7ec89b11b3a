package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import java.util.ArrayList;
import java.util.List;

/** What a change came to: each value old and new, the generation, and what is worth a second look. */
public final class ChangesScreen {
    private ChangesScreen() {}

    /**
     * The screen for what a change was answered with.
     *
     * @param before the generation it was made from; 0 if that is not known
     * @param where what is said of where it holds, as {@code store=persistent}; may be empty
     */
    public static List<String> lines(Node body, long before, String where) {
        List<String> lines = new ArrayList<>();
        boolean dryRun = body.flag("dryRun");
        if (dryRun) {
            lines.add("dry run: nothing was changed; this is what would be");
        }
        List<String> changes = changes(body);
        lines.addAll(changes);
        List<String> atRestart = body.texts("atRestart");
        if (changes.isEmpty()) {
            lines.add(
                    atRestart.isEmpty()
                            ? "nothing changes: everything is so already"
                            : "nothing changes before the next restart");
        }
        atRestart.forEach(each -> lines.add("at the next restart: " + each));
        long after = body.number("generation");
        if (after >= 0 && !dryRun) {
            String from = before > 0 && before != after ? before + " -> " : "";
            lines.add("generation " + from + after + (where.isEmpty() ? "" : ", " + where));
        }
        body.texts("warnings").forEach(each -> lines.add("warning: " + each));
        body.texts("notes").forEach(each -> lines.add("note: " + each));
        return lines;
    }

    private static List<String> changes(Node body) {
        List<Node> changes = body.nodes("changes");
        int width = changes.stream()
                .mapToInt(each -> each.orDash("key").length())
                .max()
                .orElse(0);
        return changes.stream()
                .map(each -> each.orDash("key")
                        + " ".repeat(width - each.orDash("key").length()) + "  " + each.orDash("old")
                        + " -> "
                        + each.orDash("new"))
                .toList();
    }
}
