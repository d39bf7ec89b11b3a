package dev.spillway.control;

import dev.spillway.limit.Offender;
import dev.spillway.syn.DeniedPrefix;
import dev.spillway.syn.Prefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * Which sources the SYN gate keeps out wholly while an episode runs: those whose newcomers a limit of the operator's refuses over and over. Each
 * of these costs an accept and a reset, which in an episode the proxy has no time for; dropped SYNs cost it nothing. A source that is
 * an offender at one listener is kept out at all that are eligible, and at no other.
 *
 * <p>The list stays the same object while the sources are the same, though their weights move, for to change a program with prefixes costs the
 * kernel milliseconds. For the controller's thread. Time is passed in, nanoseconds of any origin that may wrap around.
 */
final class OffenderWatch {
    static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongFunction<List<Offender>> offenders;
    private List<DeniedPrefix> current = List.of();
    private boolean looked;
    private long lookedAt;

    /** @param offenders of all listeners at a nanosecond time; one source may be there more than once */
    OffenderWatch(LongFunction<List<Offender>> offenders) {
        this.offenders = offenders;
    }

    /** Those that are kept out now. */
    List<DeniedPrefix> look(long now) {
        if (!looked || now - lookedAt >= LOOK_NANOS) {
            looked = true;
            lookedAt = now;
            Map<Prefix, Long> weights = new HashMap<>();
            offenders.apply(now).forEach(each -> weights.merge(Prefix.of(each.source()), each.refused(), Long::sum));
            if (!weights.keySet().equals(sources(current))) {
                current = weights.entrySet().stream()
                        .map(each -> new DeniedPrefix(each.getKey(), each.getValue()))
                        .collect(Collectors.toUnmodifiableList());
            }
        }
        return current;
    }

    private static Set<Prefix> sources(List<DeniedPrefix> offenders) {
        return offenders.stream().map(DeniedPrefix::source).collect(Collectors.toSet());
    }

    /** The episode is over: nobody is kept out. */
    void forget() {
        looked = false;
        current = List.of();
    }
}
