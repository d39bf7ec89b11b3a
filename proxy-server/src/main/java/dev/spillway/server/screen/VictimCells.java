package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is shown of a connection that is closed, or would be: the same cells wherever one is listed. */
final class VictimCells {
    private static final List<String> HEADING =
            List.of("Id", "Source", "Listener", "Guilt", "Cost", "Fixed", "Held", "Kernel", "Score", "Why");

    private VictimCells() {}

    /** The heading, with cells before and one after the id's. */
    static String[] heading(String first, String gain) {
        List<String> cells = new ArrayList<>(HEADING);
        cells.add(0, first);
        cells.add(cells.indexOf("Cost"), gain);
        return cells.toArray(String[]::new);
    }

    static String[] row(Node victim, String first, String gain) {
        return new String[] {
            first,
            victim.orDash("id"),
            victim.orDash("source"),
            victim.orDash("listener"),
            victim.orDash("guilt"),
            gain,
            Amount.bytes(victim.number("costBytes")),
            Amount.bytes(victim.number("fixedBytes")),
            Amount.bytes(victim.number("heldBytes")),
            Amount.bytes(victim.number("kernelBytes")),
            score(victim),
            victim.orDash("why")
        };
    }

    /** What closing it gives back, in the unit of the signal that {@code of} is about. */
    static String gain(Node victim, Node of) {
        boolean bytes = of.text("unit").orElse("bytes").equals("bytes");
        return bytes ? Amount.bytes(victim.number("gain")) : victim.orDash("gain");
    }

    /** Byte-seconds reach many digits, of which the first few say enough. */
    private static String score(Node victim) {
        return victim.decimal("score")
                .map(score -> String.format(Locale.ROOT, "%.3g", score))
                .orElse("-");
    }
}
