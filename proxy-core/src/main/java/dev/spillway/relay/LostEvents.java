package dev.spillway.relay;

import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The second line of defence against an event that was lost. Epoll tells once that something has changed ({@link
 * dev.spillway.transport.BareSocket}), so a half that misses it would stand still until its idle timeout.
 *
 * <p>The looks of the {@link Sampler} ask the kernel for each connection's queues anyway. A half that has nothing to do by
 * its own account, while by the kernel's there are bytes to read or room to write, is a suspect; a look may just have come before the
 * event. If it is so at the next look too, and no event has come between, the event loop is given one more round for it. Then
 * the half is nudged, and if it could move bytes they are counted: <b>there are none unless this program, or the kernel, has
 * a defect</b>. Who stands still by rights costs nothing here, nor who is idle: a suspect costs one system call. An idle
 * connection is looked at once in {@value Sampler#QUIET_SECONDS} seconds, so that it is helped on within about as long.
 *
 * <p>Owned by its event loop; {@link #count} may be asked by any thread.
 */
final class LostEvents {
    /** Suspects at a time; whoever finds no place is one again at a later look. */
    private static final int MOST = 256;

    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(LostEvents.class, "count", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final EventLoop loop;
    private final @Nullable SocketGauge gauge;
    private final ArrayDeque<BareHalf> suspects = new ArrayDeque<>(0);
    private long count;

    LostEvents(EventLoop loop, @Nullable SocketGauge gauge) {
        this.loop = loop;
        this.gauge = gauge;
    }

    /** Whether bytes of {@code source} are in order and were not read, of which {@code read} were. */
    boolean readable(TcpSocket source, long read) {
        return gauge != null && gauge.readProgress(source) && gauge.receivedBytes() > read;
    }

    /** No event came for it though one should have: it is nudged when the loop has asked for events once more. */
    void suspect(BareHalf half) {
        if (suspects.size() == MOST) {
            return;
        }
        if (suspects.isEmpty()) {
            // After this round of the loop, so that the task runs in the next one, behind its events.
            ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(() -> loop.execute(this::nudge));
        }
        suspects.addLast(half);
    }

    private void nudge() {
        // All of them, whatever one of them throws: as long as one is left nobody asks for another round.
        while (!suspects.isEmpty()) {
            BareHalf half = suspects.removeFirst();
            half.relay().shard().guarded(half.relay(), relay -> nudge(half));
        }
    }

    private void nudge(BareHalf half) {
        if (half.nudged()) {
            COUNT.setOpaque(this, count + 1);
        }
    }

    /** How many there were so far. */
    long count() {
        return (long) COUNT.getOpaque(this);
    }
}
