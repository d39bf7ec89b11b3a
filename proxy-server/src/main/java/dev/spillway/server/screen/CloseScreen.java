package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import java.util.ArrayList;
import java.util.List;

/** {@code close}: which connections were closed. */
public final class CloseScreen {
    private static final int MOST_LISTED = 20;

    private CloseScreen() {}

    /** The screen for what {@code /api/v1/connections/close} answered. */
    public static List<String> lines(Node body) {
        List<String> lines = new ArrayList<>();
        List<String> closed = body.texts("closed");
        lines.add("closed: " + (closed.isEmpty() ? "none" : listed(closed)));
        List<String> pending = body.texts("pending");
        if (!pending.isEmpty()) {
            lines.add("closed when their event loop comes to them: " + listed(pending));
        }
        return lines;
    }

    /** Those that were no connections any more, as a complaint. */
    public static String unknown(Node body) {
        return "no connections, or ended before: " + listed(body.texts("unknown"));
    }

    private static String listed(List<String> ids) {
        String first = String.join(", ", ids.subList(0, Math.min(MOST_LISTED, ids.size())));
        return ids.size() + " (" + first + (ids.size() > MOST_LISTED ? ", ..." : "") + ")";
    }
}
