package dev.spillway.server.admin;

import dev.spillway.control.FloodView;
import dev.spillway.flood.FloodDetector;
import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import dev.spillway.flood.SetupWarning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of connections that come in, in {@code /api/v1/listeners}; of the whole network namespace.
 *
 * @param synCookies {@code net.ipv4.tcp_syncookies}; null if it can't be read, as the two that follow
 * @param warnings what of them is to be mended
 * @param unavailable why the counters can't be read; null if they can
 * @param counters by the kernel's names; without those it does not have
 * @param flood the flood of SYNs that goes on; null if none does
 */
record KernelReport(
        @Nullable Long synCookies,
        @Nullable Long somaxconn,
        @Nullable Long maxSynBacklog,
        List<Warning> warnings,
        @Nullable String unavailable,
        Map<String, Long> counters,
        @Nullable Flood flood) {
    /** One setting that is to be mended. */
    record Warning(String setting, long value, String problem, String mend) {}

    /** A flood that goes on. */
    record Flood(
            long durationMillis,
            long perSecond,
            long peakPerSecond,
            long total,
            long cookiesSent,
            long cookiesReceived,
            long listenDrops,
            long gateDrops,
            @Nullable String listener) {}

    static KernelReport of(FloodView view) {
        Map<String, Long> counters = new LinkedHashMap<>();
        view.counters().ifPresent(values -> {
            for (KernelCounter counter : KernelCounter.values()) {
                if (values.get(counter) != KernelCounters.ABSENT) {
                    counters.put(counter.kernelName(), values.get(counter));
                }
            }
        });
        return new KernelReport(
                orNull(view.setup().synCookies()),
                orNull(view.setup().somaxconn()),
                orNull(view.setup().maxSynBacklog()),
                view.warnings().stream().map(KernelReport::warning).toList(),
                view.unavailable().orElse(null),
                counters,
                view.flood().map(KernelReport::flood).orElse(null));
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Warning warning(SetupWarning warning) {
        return new Warning(warning.setting(), warning.value(), warning.problem(), warning.mend());
    }

    private static Flood flood(FloodDetector.Flood flood) {
        return new Flood(
                TimeUnit.NANOSECONDS.toMillis(flood.durationNanos()),
                flood.perSecond(),
                flood.peakPerSecond(),
                flood.signs().count(),
                flood.signs().cookiesSent(),
                flood.signs().cookiesReceived(),
                flood.signs().listenDrops(),
                flood.signs().gateDrops(),
                flood.hit().listener().orElse(null));
    }
}
