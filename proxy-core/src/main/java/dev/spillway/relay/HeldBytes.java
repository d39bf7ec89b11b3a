package dev.spillway.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The ledger of one connection: what its buffers take now, and what has passed through it. Written by the connection's
 * event loop alone; read by any thread, without locks, as values that may be a moment old.
 */
final class HeldBytes {
    private static final VarHandle HELD = handle("held");
    private static final VarHandle RECEIVED = handle("received");
    private static final VarHandle SENT = handle("sent");

    private final MemoryBudget budget;
    private long held;
    private long received;
    private long sent;

    HeldBytes(MemoryBudget budget) {
        this.budget = budget;
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(HeldBytes.class, field, long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Takes room for a buffer and returns its size: {@code wanted} or a spare. */
    int charge(int wanted) {
        int size = budget.take(wanted);
        HELD.setOpaque(this, held + size);
        return size;
    }

    /** Takes a spare, and returns its size. */
    int chargeSpare() {
        int size = budget.takeSpare(Integer.MAX_VALUE);
        HELD.setOpaque(this, held + size);
        return size;
    }

    /** Gives back what buffers took that are written or dropped now. */
    void release(long bytes) {
        if (bytes > 0) {
            HELD.setOpaque(this, held - bytes);
            budget.release(bytes);
        }
    }

    /** Counts bytes read from the client. */
    void received(int bytes) {
        RECEIVED.setOpaque(this, received + bytes);
    }

    /** Counts bytes written to the client. */
    void sent(int bytes) {
        SENT.setOpaque(this, sent + bytes);
    }

    /** Bytes read so far in one direction. */
    long carried(Half.Direction direction) {
        return direction == Half.Direction.FROM_CLIENT ? received : sent;
    }

    long held() {
        return (long) HELD.getOpaque(this);
    }

    long receivedBytes() {
        return (long) RECEIVED.getOpaque(this);
    }

    long sentBytes() {
        return (long) SENT.getOpaque(this);
    }
}
