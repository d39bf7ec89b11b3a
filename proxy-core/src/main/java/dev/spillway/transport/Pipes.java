package dev.spillway.transport;

import dev.spillway.limit.LogPace;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipes of one event loop. One is taken for the moment in which bytes go through it, or for as long as a peer does not take
 * what is in it; so a few serve many connections. There are {@value #MOST} at the most, and fewer where descriptors run short or
 * the kernel gives no more (pipe(7), {@code pipe-user-pages-soft}): who gets none copies.
 *
 * <p>Owned by its event loop; {@link #open()} may be asked by any thread. All pipes are its own, those that are in use too: {@link
 * #close} ends those that nobody gave back.
 */
public final class Pipes {
    /** For each event loop: 16 places each. A place holds a page, over loopback up to 32 KiB; what stands there for a second leaves. */
    static final int MOST = 64;

    private static final int DESCRIPTORS = 2;
    private static final Logger log = LoggerFactory.getLogger(Pipes.class);

    private final DescriptorReserve reserve;
    private final LogPace pace = new LogPace(TimeUnit.SECONDS.toNanos(60));
    private final Deque<Pipe> idle = new ArrayDeque<>();
    private final Set<Pipe> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile int open;
    private boolean refused;
    private int idleThroughout;

    Pipes(DescriptorReserve reserve) {
        this.reserve = reserve;
    }

    static void told(IOException told) {
        log.trace("a pipe told at its close", told);
    }

    /** An empty pipe, or null if there is none to be had. It has to be given back, or dropped. */
    public @Nullable Pipe take() {
        Pipe pipe = idle.pollLast();
        idleThroughout = Math.min(idleThroughout, idle.size());
        return pipe != null ? pipe : fresh();
    }

    private @Nullable Pipe fresh() {
        if (open >= MOST || refused || reserve.touched()) {
            return null;
        }
        try {
            Pipe pipe = Pipe.open();
            all.add(pipe);
            open++;
            for (int i = 0; i < DESCRIPTORS; i++) {
                reserve.opened();
            }
            return pipe;
        } catch (IOException shortage) {
            refused = true;
            long times = pace.occasion(System.nanoTime());
            if (times > 0) {
                log.info(
                        "no more pipes than {}, so bulk is copied from time to time ({} times since the last line): {}",
                        open,
                        times,
                        String.valueOf(shortage));
            }
            return null;
        }
    }

    /** Takes back an empty pipe. While descriptors are short, it is closed. */
    public void giveBack(Pipe pipe) {
        if (reserve.touched()) {
            drop(pipe);
        } else {
            idle.addLast(pipe);
        }
    }

    /** Closes a pipe with what may be in it. */
    public void drop(Pipe pipe) {
        if (!all.remove(pipe)) {
            return;
        }
        pipe.close();
        open--;
        refused = false;
        for (int i = 0; i < DESCRIPTORS; i++) {
            reserve.closed();
        }
    }

    /** How many there are, in use or not. */
    public int open() {
        return open;
    }

    /** About once a second: closes those that nobody has used since the last time. */
    public void sweep() {
        refused = false;
        for (; idleThroughout > 0; idleThroughout--) {
            drop(idle.removeFirst());
        }
        idleThroughout = idle.size();
    }

    /** Closes all of them; when the event loop has ended, for whoever used one is gone then without having told. */
    void close() {
        idle.clear();
        for (Pipe each : List.copyOf(all)) {
            drop(each);
        }
    }
}
