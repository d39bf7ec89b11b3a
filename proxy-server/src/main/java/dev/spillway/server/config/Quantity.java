package dev.spillway.server.config;

import java.math.BigDecimal;
import java.time.Duration;

/** Sizes and times as text, in the units an operator writes them in. */
public final class Quantity {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Quantity() {}

    /** {@code 64KiB}, {@code 1.5GiB}, {@code 777B}; at most one digit after the point, so a hint and not a figure. */
    public static String size(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return BigDecimal.valueOf(Math.round(value * 10), 1)
                        .stripTrailingZeros()
                        .toPlainString()
                + UNITS[unit];
    }

    /** {@code 2d}, {@code 1h}, {@code 10m}, {@code 30s}, {@code 250ms}: in the largest unit that leaves no rest. */
    public static String time(Duration time) {
        long millis = time.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        if (time.toSeconds() % 60 != 0) {
            return time.toSeconds() + "s";
        }
        if (time.toMinutes() % 60 != 0) {
            return time.toMinutes() + "m";
        }
        return time.toHours() % 24 != 0 ? time.toHours() + "h" : time.toDays() + "d";
    }
}
