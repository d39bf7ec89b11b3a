package dev.spillway.flood;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the kernel is set up for more SYNs than can be served, in the network namespace it was read in. Of a value that is not
 * there nothing is said.
 *
 * <p>What the values do, since Linux 4.4 ({@code tcp_conn_request}): a connection waits in the SYN queue of its listening
 * socket until the client's ACK comes, then in the accept queue until it is accepted. Each of the two is bounded by the
 * socket's backlog, which {@code listen} cuts to {@code somaxconn}. Where the SYN queue is full a cookie is sent and nothing
 * kept, if {@code tcp_syncookies} is not 0; else the SYN is dropped. {@code tcp_max_syn_backlog} plays a part with cookies
 * off alone: its last quarter is for peers that are known, so a stranger's SYN is dropped from three quarters on.
 *
 * @param synCookies {@code net.ipv4.tcp_syncookies}: 0 never, 1 when the SYN queue is full, 2 always
 * @param somaxconn {@code net.core.somaxconn}, connections
 * @param maxSynBacklog {@code net.ipv4.tcp_max_syn_backlog}, connections
 */
public record KernelSetup(OptionalLong synCookies, OptionalLong somaxconn, OptionalLong maxSynBacklog) {
    /** Nothing is known: not Linux, or not to be read here. */
    public static final KernelSetup UNKNOWN =
            new KernelSetup(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    /** The kernel itself never chooses a smaller {@code tcp_max_syn_backlog}, however little memory it finds. */
    private static final long LEAST_SYN_BACKLOG = 128;

    private static final int MOST_NAMED = 5;

    /**
     * What is to be mended, worst first.
     *
     * @param backlogs what each listener asks for, by its name; positive
     */
    public List<SetupWarning> warnings(Map<String, Integer> backlogs) {
        List<SetupWarning> found = new ArrayList<>();
        if (!backlogs.isEmpty()) {
            noCookies().ifPresent(found::add);
            cutBacklog(backlogs).ifPresent(found::add);
            earlyDrops(Collections.max(backlogs.values())).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private boolean cookiesOff() {
        return synCookies.isPresent() && synCookies.getAsLong() == 0;
    }

    private Optional<SetupWarning> noCookies() {
        return cookiesOff()
                ? Optional.of(new SetupWarning(
                        "net.ipv4.tcp_syncookies",
                        0,
                        "SYN cookies are off, so once spoofed SYNs fill the queue of a listener, honest ones are dropped",
                        1))
                : Optional.empty();
    }

    private Optional<SetupWarning> cutBacklog(Map<String, Integer> backlogs) {
        long most = somaxconn.orElse(Long.MAX_VALUE);
        List<String> above = backlogs.entrySet().stream()
                .filter(each -> each.getValue() > most)
                .map(Map.Entry::getKey)
                .toList();
        if (above.isEmpty()) {
            return Optional.empty();
        }
        int asked = Collections.max(backlogs.values());
        return Optional.of(new SetupWarning(
                "net.core.somaxconn",
                most,
                "the backlog of %s, %s%d, is cut to it; what listens already keeps its queues until the next start"
                        .formatted(named(above), above.size() == 1 ? "" : "up to ", asked),
                asked));
    }

    private static String named(List<String> listeners) {
        String names = String.join(", ", listeners.subList(0, Math.min(MOST_NAMED, listeners.size())));
        int more = listeners.size() - MOST_NAMED;
        return (listeners.size() == 1 ? "listener " : "listeners ")
                + names
                + (more > 0 ? " and " + more + " more" : "");
    }

    /** With cookies on it is worth a word only where somebody has made it less than any kernel would. */
    private Optional<SetupWarning> earlyDrops(int backlog) {
        long most = maxSynBacklog.orElse(Long.MAX_VALUE);
        long queue = Math.min(backlog, somaxconn.orElse(Long.MAX_VALUE));
        if (cookiesOff() && threeQuarters(most) < queue) {
            return Optional.of(tooSmall(
                    most,
                    "with SYN cookies off, SYNs of strangers are dropped once " + threeQuarters(most)
                            + " connections of a listener are half-open, of " + queue + " there is room for",
                    queue));
        }
        return !cookiesOff() && most < Math.min(LEAST_SYN_BACKLOG, queue)
                ? Optional.of(tooSmall(
                        most,
                        "less than any kernel chooses; it would bound half-open connections as soon as SYN cookies are"
                                + " switched off",
                        Math.min(LEAST_SYN_BACKLOG, queue)))
                : Optional.empty();
    }

    private static SetupWarning tooSmall(long value, String problem, long queue) {
        long better = LEAST_SYN_BACKLOG;
        while (threeQuarters(better) < queue) {
            better *= 2;
        }
        return new SetupWarning("net.ipv4.tcp_max_syn_backlog", value, problem, better);
    }

    /** Rounded as the kernel does. */
    private static long threeQuarters(long backlog) {
        return backlog - (backlog >> 2);
    }
}
