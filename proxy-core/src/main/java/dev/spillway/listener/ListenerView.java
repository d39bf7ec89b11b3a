package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.Verdict;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One listener at one moment, for whoever watches.
 *
 * @param name as in the configuration
 * @param bound where it really listens
 * @param sockets how many sockets share that address
 * @param upstream the pool its connections go to
 * @param rules what is said of the profile and MPP of this listener
 * @param gate how its newcomers are kept out when they are: {@code kernel-filter}, {@code sinkhole}, {@code accept-pause}, {@code accept-reset}
 * @param reaches the local addresses at which it can be reached, one at least, each with what a connection to it would be
 *     judged now
 * @param accepting whether it takes connections now; false while the gate is shut or the proxy drains
 * @param accepted connections taken so far
 * @param active connections open now
 * @param refused connections turned away so far, by reason
 */
public record ListenerView(
        String name,
        InetSocketAddress bound,
        int sockets,
        String upstream,
        ListenerRules rules,
        String gate,
        List<Reach> reaches,
        boolean accepting,
        long accepted,
        long active,
        Map<RefusalReason, Long> refused) {
    /** Stands for several different ones. */
    private static final String MIXED = "mixed";

    public ListenerView {
        reaches = List.copyOf(reaches);
        if (reaches.isEmpty()) {
            throw new IllegalArgumentException("reaches: none (expected: one at least)");
        }
    }

    /** The profile, if it is the same at each address, else {@code mixed}. */
    public String profile() {
        return common(verdict -> verdict.profile().label());
    }

    /** What a connection would be judged now, if that is the same at each address, else {@code mixed}. */
    public String standing() {
        return common(verdict -> verdict.standing().label());
    }

    /** Whether MPP may act on newcomers at one address at least. */
    public boolean eligible() {
        return reaches.stream().anyMatch(reach -> reach.verdict().eligible());
    }

    /** Which settings judge now. */
    public long generation() {
        return reaches.get(0).verdict().generation();
    }

    private String common(Function<Verdict, String> of) {
        List<String> different = reaches.stream()
                .map(reach -> of.apply(reach.verdict()))
                .distinct()
                .toList();
        return different.size() == 1 ? different.get(0) : MIXED;
    }
}
