package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** Where a value comes from, in a few words. */
final class OriginText {
    private OriginText() {}

    /** {@code default}, {@code spillway.conf:12}, {@code command, persistent, 127.0.0.1, 2026-11-21T03:00:00Z}. */
    static String of(Node origin) {
        String kind = origin.text("kind").orElse("unknown");
        if (kind.equals("default")) {
            return "default";
        }
        if (kind.equals("file")) {
            return origin.text("place").orElse("file");
        }
        List<String> parts = new ArrayList<>();
        parts.add(kind.replace('-', ' '));
        origin.text("store").filter(store -> !store.equals("none")).ifPresent(parts::add);
        origin.text("who").ifPresent(parts::add);
        origin.text("at").map(Amount::time).ifPresent(parts::add);
        origin.text("place").ifPresent(parts::add);
        return String.join(", ", parts);
    }
}
