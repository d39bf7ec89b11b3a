package dev.spillway.bench.sim;

import dev.spillway.connection.Progress;
import dev.spillway.connection.ProgressMeter;
import dev.spillway.connection.WindowState;
import java.util.function.LongConsumer;

/**
 * One direction of a connection: the source's bytes in the kernel's receive queue, one buffer of the proxy, and the send
 * queue to the sink, as the relay moves them. The relay reads only when the sink has taken what was read before, so that a
 * buffer is held only while the send queue is full; and it hears of room in a full send queue only when half of it is free,
 * as epoll tells it. Times are milliseconds.
 */
final class Flow {
    /** Most bytes the kernel takes for a sink beyond what its window lets go: {@code relay.notsent-lowat}. */
    static final int SEND_QUEUE = 16 << 10;

    /** What the kernel keeps of a source that is not read. */
    static final int RECEIVE_QUEUE = 64 << 10;

    /** The largest read: {@code relay.max-buffer}. */
    static final int BUFFER = 32 << 10;

    /** What a direction holds for a peer that takes nothing: whole reads, of which the last does not fit, and what is not read. */
    static final int FULL = (SEND_QUEUE / BUFFER + 1) * BUFFER + RECEIVE_QUEUE;

    static final int SMALLEST_BUFFER = 2 << 10;

    /** What one socket still gets when the kernel's memory is spent. */
    static final int SEGMENT = 1448;

    private static final long NANOS = 1_000_000;

    private final Memory memory;
    private final LongConsumer moving;
    private final int sendQueueBytes;
    private final long roundTripNanos;
    private final ProgressMeter meter = new ProgressMeter();
    private int sendQueue;
    private int held;
    private int charge;
    private int receiveQueue;
    private boolean full;
    private long stalledSince;
    private long movedAt;
    private long supplied;
    private long moved;
    private long taken;
    private WindowState window = WindowState.OPEN;

    /**
     * An empty direction.
     *
     * @param inFlight what the sink's window lets the kernel send without an answer, in bytes
     * @param roundTrip how long an answer of the sink takes
     * @param moving told of the time when the relay is about to read something
     */
    Flow(Memory memory, int inFlight, int roundTrip, long now, LongConsumer moving) {
        this.memory = memory;
        this.moving = moving;
        this.sendQueueBytes = SEND_QUEUE + inFlight;
        this.roundTripNanos = roundTrip * NANOS;
        this.movedAt = now;
        begin(now);
    }

    /** What the kernel spends on {@code payload} bytes: buffers are larger than what lies in them. */
    static long kernelBytes(long payload) {
        return payload * 5 / 4;
    }

    /** The source sends up to {@code bytes}; returns how many found room. */
    long supply(long bytes, long now) {
        long left = bytes;
        while (left > 0) {
            int most = memory.kernelSpent() ? SEGMENT : RECEIVE_QUEUE;
            int room = (int) Math.min(left, most - receiveQueue);
            if (room <= 0) {
                break;
            }
            receiveQueue += room;
            memory.queue(room);
            left -= room;
            relay(now);
        }
        supplied += bytes - left;
        return bytes - left;
    }

    /** The sink takes up to {@code bytes}; returns how many there were. */
    long take(long bytes, long now) {
        long left = bytes;
        while (left > 0 && sendQueue > 0) {
            int some = (int) Math.min(left, sendQueue);
            sendQueue -= some;
            memory.queue(-some);
            left -= some;
            relay(now);
        }
        taken += bytes - left;
        return bytes - left;
    }

    private void relay(long now) {
        while (held > 0 || receiveQueue > 0) {
            if (held == 0) {
                read(now);
            }
            int room = sendRoom();
            int some = Math.min(held, room);
            if (some > 0) {
                held -= some;
                sendQueue += some;
                memory.queue(some);
                movedAt = now;
                stalledSince = now;
            }
            if (held > 0) {
                full = true;
                return;
            }
            memory.release(charge);
            charge = 0;
        }
    }

    private void read(long now) {
        moving.accept(now);
        int wanted = SMALLEST_BUFFER;
        while (wanted < receiveQueue && wanted < BUFFER) {
            wanted *= 2;
        }
        charge = memory.take(wanted);
        held = Math.min(charge, receiveQueue);
        receiveQueue -= held;
        memory.queue(-held);
        moved += held;
        movedAt = now;
        stalledSince = now;
    }

    private int sendRoom() {
        int most = memory.kernelSpent() ? SEGMENT : sendQueueBytes;
        if (full && sendQueue > most / 2) {
            return 0;
        }
        full = false;
        return Math.max(0, most - sendQueue);
    }

    /** Gives everything back: the connection was closed. */
    void drop() {
        memory.release(charge);
        memory.queue(-(long) sendQueue - receiveQueue);
        charge = 0;
        held = 0;
        sendQueue = 0;
        receiveQueue = 0;
    }

    /** Nothing waited up to now; what is taken from now on counts. */
    void begin(long now) {
        meter.look(now * NANOS, taken, 0, WindowState.UNKNOWN);
    }

    /** The kernel is asked what the sink has taken, and tells it exactly. */
    Progress look(long now) {
        meter.look(now * NANOS, taken, waiting(), waiting() > 0 ? window : WindowState.UNKNOWN, roundTripNanos);
        return meter.at(now * NANOS);
    }

    /** How long the buffer has waited without a byte being written, in nanoseconds: the relay sees that by itself. */
    long stalledNanos(long now) {
        return held > 0 ? (now - stalledSince) * NANOS : 0;
    }

    /** Bytes of the source that nobody has read. */
    int unread() {
        return receiveQueue;
    }

    void window(WindowState state) {
        window = state;
    }

    /** Bytes the sink has not taken and that left the source's queue. */
    long waiting() {
        return (long) sendQueue + held;
    }

    /** Bytes that were supplied and not taken, wherever they are. */
    long backlog() {
        return waiting() + receiveQueue;
    }

    /** Bytes in its buffer. */
    int heldBytes() {
        return held;
    }

    /** What its buffer takes. */
    int charge() {
        return charge;
    }

    /** What it takes of the kernel's memory. */
    long kernel() {
        return kernelBytes((long) sendQueue + receiveQueue);
    }

    long supplied() {
        return supplied;
    }

    /** Bytes that the relay has read. */
    long moved() {
        return moved;
    }

    long taken() {
        return taken;
    }

    /** When the relay last read or wrote a byte. */
    long movedAt() {
        return movedAt;
    }
}
