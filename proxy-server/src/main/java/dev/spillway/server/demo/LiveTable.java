package dev.spillway.server.demo;

import java.util.List;
import java.util.Locale;

/**
 * The line a second of {@code spillway demo --attack}. The header comes again each {@value #ROWS_PER_HEADER} rows, so
 * that it is on the screen whenever someone looks.
 */
final class LiveTable {
    private static final int ROWS_PER_HEADER = 20;
    private static final int BAR_CELLS = 10;
    private static final double MEGA = 1e6;

    private final Palette palette;
    private final List<String> listeners;
    private int rows;

    /** @param listeners names of the honest clients' listeners, in the order of the columns */
    LiveTable(Palette palette, List<String> listeners) {
        this.palette = palette;
        this.listeners = listeners;
    }

    /** The row for what happened between two moments, after a header if one is due. */
    String row(Moment before, Moment now) {
        String row = format(before, now);
        String header = rows++ % ROWS_PER_HEADER == 0 ? header() : "";
        return header + row;
    }

    private String header() {
        StringBuilder second = new StringBuilder(" %4s  %-6s  %-29s %8s %8s %5s %8s"
                .formatted("time", "phase", "pressure", "held", "syn-drop", "kill", "closed"));
        second.append("%9s".formatted("hostile"));
        StringBuilder first = new StringBuilder(" ".repeat(second.length()));
        for (String listener : listeners) {
            first.append("  ").append(centred(listener, 12));
            second.append("  %6s %5s".formatted("done", "fail"));
        }
        return palette.bold(stripped(first)) + "\n" + palette.bold(stripped(second)) + "\n";
    }

    private String format(Moment before, Moment now) {
        StringBuilder row = new StringBuilder();
        row.append(" %3ds  ".formatted(now.at().toSeconds()));
        row.append(phase(now.phase())).append("  ");
        row.append(bar(now)).append(' ');
        row.append("%8s ".formatted(megabytes(now.relays().heldBytes())));
        row.append(rate(now.pressure().rates().synDrop(), 8)).append(' ');
        row.append(rate(now.pressure().rates().kill(), 5)).append(' ');
        row.append("%,8d".formatted(now.pressure().closed()));
        row.append("%,9d".formatted(now.hostile().connected()));
        double seconds = Math.max(1e-3, now.at().minus(before.at()).toNanos() / 1e9);
        for (String listener : listeners) {
            Exchanges since = now.exchanges(listener).minus(before.exchanges(listener));
            String failed = "%5d".formatted(since.failed());
            row.append("  %6.0f ".formatted(since.done() / seconds));
            row.append(since.failed() == 0 ? palette.dim(failed) : palette.red(failed));
        }
        return row.toString();
    }

    private String phase(Moment.Phase phase) {
        String word = "%-6s".formatted(phase.name().toLowerCase(Locale.ROOT));
        return phase == Moment.Phase.ATTACK ? palette.red(word) : palette.green(word);
    }

    /** {@code ######|--  62% ledger}: how full the worst signal is; the stroke is its high mark. */
    private String bar(Moment moment) {
        int full = (int) Math.min(BAR_CELLS, moment.level() * BAR_CELLS);
        StringBuilder cells = new StringBuilder("#".repeat(full)).append(".".repeat(BAR_CELLS - full));
        int high = moment.pressure()
                .evaluation()
                .map(e -> (int) Math.min(BAR_CELLS, Math.round(e.marks().high() * BAR_CELLS)))
                .orElse(BAR_CELLS);
        cells.insert(high, '|');
        String text = "%s %4.0f%% %-11s".formatted(cells, moment.level() * 100, moment.signal());
        if (moment.position() >= 1) {
            return palette.red(text);
        }
        return moment.position() >= 0 ? palette.yellow(text) : palette.green(text);
    }

    private String rate(double rate, int width) {
        String text = ("%" + width + "s").formatted("%.0f%%".formatted(rate * 100));
        return rate > 0 ? palette.yellow(text) : palette.dim(text);
    }

    static String megabytes(long bytes) {
        return "%.1f MB".formatted(bytes / MEGA);
    }

    private static String centred(String text, int width) {
        int left = Math.max(0, (width - text.length() + 1) / 2);
        return ("%" + (left + text.length()) + "s%" + Math.max(1, width - left - text.length()) + "s")
                .formatted(text, "");
    }

    private static String stripped(CharSequence text) {
        return text.toString().stripTrailing();
    }
}
