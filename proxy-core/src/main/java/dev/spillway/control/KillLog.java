package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.limit.LogPace;
import dev.spillway.prune.KillRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of those that MPP closed, or would have closed: the last {@value #MOST}, and a sample in the log. Any thread.
 */
final class KillLog {
    /** A few epochs' worth at the default of 1000 victims each; some 350 bytes apiece. */
    static final int MOST = 4096;

    /** Three lines a second at the most, however many are closed. */
    private static final long LINE_NANOS = TimeUnit.MILLISECONDS.toNanos(333);

    private static final Logger log = LoggerFactory.getLogger(KillLog.class);

    private final Deque<KillRecord> kept = new ArrayDeque<>();
    private final LogPace pace = new LogPace(LINE_NANOS);
    private final Consumer<String> lines;

    KillLog() {
        this(line -> log.info("{}", line));
    }

    /** @param lines takes those of the sample */
    KillLog(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Keeps {@code records}, and logs one of them now and then.
     *
     * @param now nanoseconds, for the pace of the log
     */
    void add(Collection<KillRecord> records, long now) {
        synchronized (this) {
            for (KillRecord each : records) {
                if (kept.size() == MOST) {
                    kept.removeFirst();
                }
                kept.addLast(each);
            }
        }
        for (KillRecord each : records) {
            long times = pace.occasion(now);
            if (times > 0) {
                lines.accept(line(each, times - 1));
            }
        }
    }

    static String line(KillRecord kill, long leftOut) {
        ConnectionFacts of = kill.connection();
        return ("%s connection %d of %s on %s: %s for %s; fixed %d, held %d, kernel %d bytes; stalled %d ms, idle %d ms,"
                        + " %d bytes wait, window %s; score %.0f; episode %d, epoch %d (%d more since the last line)")
                .formatted(
                        kill.dryRun() ? "would close" : "closed",
                        of.id(),
                        of.source(),
                        of.listener(),
                        kill.victim().guilt().label(),
                        kill.signal().label(),
                        of.cost().fixedBytes(),
                        of.cost().heldBytes(),
                        of.cost().kernelBytes(),
                        TimeUnit.NANOSECONDS.toMillis(of.stalledNanos()),
                        TimeUnit.NANOSECONDS.toMillis(of.idleNanos()),
                        of.progress().waitingBytes(),
                        of.progress().window().label(),
                        kill.victim().score(),
                        kill.episode(),
                        kill.epoch(),
                        leftOut);
    }

    /** The newest, newest first, at most {@code limit}. */
    synchronized List<KillRecord> latest(int limit) {
        List<KillRecord> latest = new ArrayList<>(Math.min(limit, kept.size()));
        Iterator<KillRecord> newestFirst = kept.descendingIterator();
        while (latest.size() < limit && newestFirst.hasNext()) {
            latest.add(newestFirst.next());
        }
        return List.copyOf(latest);
    }
}
