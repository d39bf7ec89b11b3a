package dev.spillway.listener;

import dev.spillway.limit.Shortage;
import dev.spillway.relay.MakingRoom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a listening socket needs when the kernel had no descriptor for a newcomer. The reserve may know nothing of that: it is
 * read some times a second, and descriptors of the whole machine can be short too. So some silent connections go for each
 * failure, and no more once a newcomer was accepted again. {@link #makeRoom} and {@link #end} belong to the event loop of the
 * socket.
 */
final class FailedAccept implements MakingRoom.Need {
    /** How many go for one failure: a read accepts several at a time. */
    private static final int AT_ONCE = 8;

    private final AtomicInteger left = new AtomicInteger();

    /** Has silent connections closed; false if there is none. */
    boolean makeRoom(MakingRoom room) {
        left.set(AT_ONCE);
        boolean any = false;
        for (int i = 0; i < AT_ONCE; i++) {
            MakingRoom.Outcome outcome = room.makeRoom(Shortage.DESCRIPTORS, this);
            heard(outcome == MakingRoom.Outcome.MADE);
            any |= outcome != MakingRoom.Outcome.NOBODY;
        }
        return any;
    }

    /** A newcomer was accepted. */
    void end() {
        // Looked at first: it is nearly always 0, and a write for each newcomer is a barrier.
        if (left.get() != 0) {
            left.set(0);
        }
    }

    @Override
    public int tooMany() {
        return left.get();
    }

    @Override
    public void heard(boolean made) {
        if (made) {
            left.decrementAndGet();
        }
    }
}
