package dev.spillway.server.spelling;

import java.util.Locale;

/** Figures in few characters. */
public final class Amount {
    private static final long KIB = 1024;
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final double PERCENT = 100;

    private Amount() {}

    /** {@code 512}, {@code 12.5KiB}, {@code 3.0MiB}; a dash if it is not known. */
    public static String bytes(long bytes) {
        if (bytes < KIB) {
            return bytes < 0 ? "-" : Long.toString(bytes);
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        double amount = bytes;
        int unit = -1;
        while (amount >= KIB && unit < units.length - 1) {
            amount /= KIB;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%s", amount, units[unit]);
    }

    /** The same with its unit always, for sentences: {@code 512 bytes}, {@code 12.5KiB}. */
    public static String said(long bytes) {
        return bytes >= 0 && bytes < KIB ? bytes + " bytes" : bytes(bytes);
    }

    /** How much of a signal, in its unit: bytes as sizes, other things as so many. */
    public static String said(long amount, String unit) {
        return unit.equals("bytes") ? said(amount) : amount + " " + unit;
    }

    /** {@code 1.5s}, {@code 2m 3s}, {@code 1h 5m}; a dash if it is not known. */
    public static String millis(long millis) {
        if (millis < MINUTE) {
            return millis < 0 ? "-" : String.format(Locale.ROOT, "%.1fs", millis / (double) SECOND);
        }
        return millis < HOUR
                ? millis / MINUTE + "m " + millis % MINUTE / SECOND + "s"
                : millis / HOUR + "h " + millis % HOUR / MINUTE + "m";
    }

    /** An instant of ISO 8601 to the second: {@code 2026-11-21T03:00:00Z}. */
    public static String time(String instant) {
        return instant.replaceFirst("\\.[0-9]+Z$", "Z");
    }

    /** {@code 93 %}. */
    public static String percent(double part) {
        return String.format(Locale.ROOT, "%.0f %%", part * PERCENT);
    }
}
