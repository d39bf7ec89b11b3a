package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.limit.ConnectionLimits;
import dev.spillway.limit.Shortage;
import dev.spillway.relay.MakingRoom;
import dev.spillway.relay.Relays;
import dev.spillway.security.Verdict;
import dev.spillway.transport.DescriptorReserve;
import io.netty.channel.ServerChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds room for the newcomers of one listening socket, or has them wait, or turns them away.
 *
 * <p>Before one is refused or has to wait for want of room, a silent connection is closed for it, if there is one ({@link
 * MakingRoom}). It waits for that, some microseconds as a rule, if the one is another event loop's. When descriptors run short,
 * whoever waits gets those of the one that was closed for it: waiting takes a descriptor too, so that to wait for others would
 * keep them short.
 *
 * <p><b>Nobody is turned away by two policies at once.</b> They are swapped as a whole, on another thread: one that lets newcomers
 * wait may give way to one that refuses them, with more room. So whether somebody may wait is asked first, and room is looked for
 * after that: who is refused found no room by the policy that refuses, or by
 * a later one, or found the line full.
 *
 * <p>Owned by the server channel's event loop.
 */
final class Placement {
    private static final long RECHECK_MILLIS = 10;

    private final ServerChannel channel;
    private final Supplier<Listener> listeners;
    private final Door door;
    private final WaitingLine waiting = new WaitingLine();
    private boolean looking;
    private int freed;

    /** What is done with a newcomer, and with those that are still to come. */
    interface Door {
        /** There is a place for it, which is taken. */
        void admit(Newcomer newcomer);

        /** There is none, and it can't wait; nothing was taken. */
        void refuse(Newcomer newcomer, RefusalReason reason);

        /** Nobody is to be accepted before {@link #goOn}. */
        void waitForRoom();

        /** Whoever comes is to be accepted, as far as room goes. */
        void goOn();
    }

    /** @param listeners whose newcomers they are now */
    Placement(ServerChannel channel, Supplier<Listener> listeners, Door door) {
        this.channel = channel;
        this.listeners = listeners;
        this.door = door;
    }

    private Listener listener() {
        return listeners.get();
    }

    /** Whether nobody waits. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes a newcomer, or lets it wait, if there is room for either or it can be made. */
    void place(Newcomer newcomer) {
        boolean mayWait = listener().pauses();
        // Places that came free since the last look are for those who wait; then it is not kept out for their sake.
        takeThoseWithRoom();
        ConnectionLimits limits = listener().limits();
        if (!waiting.precedes(newcomer.verdict(), verdict -> most(verdict, limits)) && room(newcomer)) {
            door.admit(newcomer);
            return;
        }
        if (!waiting.add(newcomer)) {
            turnAway(newcomer);
            return;
        }
        waits();
        if (makeRoom(newcomer) != MakingRoom.Outcome.NOBODY) {
            lookSoon();
        } else if (mayWait) {
            waitForRoom();
        } else {
            giveUp(newcomer);
        }
    }

    /** Whoever waits has a descriptor that no relay counts yet, and is to have a place. */
    private void waits() {
        reserve().opened();
        silent().waits();
    }

    private void waitsNoMore() {
        reserve().closed();
        silent().waitsNoMore();
    }

    private void giveUp(Newcomer newcomer) {
        waiting.leave(newcomer);
        waitsNoMore();
        turnAway(newcomer);
    }

    /**
     * Says what was short. There may be a place by now that one of those who wait has not taken yet, as another event loop
     * closed somebody for it: whoever finds the line full then is kept out by the limit, and not by descriptors.
     */
    private void turnAway(Newcomer newcomer) {
        boolean descriptors =
                shortage(newcomer) == Shortage.DESCRIPTORS && reserve().spent();
        door.refuse(newcomer, descriptors ? RefusalReason.NO_DESCRIPTORS : RefusalReason.MAX_CONNECTIONS);
    }

    /** Takes a place for it, if there is one and descriptors are left, or were freed for it. */
    private boolean room(Newcomer newcomer) {
        boolean spent = reserve().spent();
        if (spent && freed == 0 || !relays().tryAdmit(most(newcomer.verdict()))) {
            return false;
        }
        freed -= spent ? 1 : 0;
        return true;
    }

    private DescriptorReserve reserve() {
        return listener().shared().transport().reserve();
    }

    private MakingRoom silent() {
        return relays().room();
    }

    private Relays relays() {
        return listener().shared().relays();
    }

    /** What it finds too little of. */
    private Shortage shortage(Newcomer newcomer) {
        return relays().active() >= most(newcomer.verdict()) ? Shortage.MAX_CONNECTIONS : Shortage.DESCRIPTORS;
    }

    /** Nobody goes where not even all that might would make room: those that MPP spares count too, and they stay. */
    private MakingRoom.Outcome makeRoom(Newcomer newcomer) {
        Shortage shortage = shortage(newcomer);
        if (shortage == Shortage.MAX_CONNECTIONS && !enoughMayGo(newcomer)) {
            return MakingRoom.Outcome.NOBODY;
        }
        MakingRoom.Outcome outcome = silent().makeRoom(shortage, need(newcomer.verdict(), shortage));
        if (outcome == MakingRoom.Outcome.MADE || outcome == MakingRoom.Outcome.NEEDLESS) {
            roomMade(shortage, outcome == MakingRoom.Outcome.MADE);
        }
        return outcome;
    }

    private MakingRoom.Need need(Verdict verdict, Shortage shortage) {
        return MakingRoom.Need.of(
                () -> shortage == Shortage.DESCRIPTORS
                        ? reserve().lack()
                        : relays().active() + silent().waiting() - most(verdict),
                made -> channel.eventLoop().execute(() -> roomMade(shortage, made)));
    }

    private boolean enoughMayGo(Newcomer newcomer) {
        int tooMany = relays().active() - most(newcomer.verdict());
        return silent().halfOpen() > tooMany;
    }

    private void roomMade(Shortage shortage, boolean made) {
        freed += made && shortage == Shortage.DESCRIPTORS ? 1 : 0;
        if (channel.isOpen()) {
            takeThoseWithRoom();
        }
    }

    private void takeThoseWithRoom() {
        waiting.release(this::room, newcomer -> {
            // The relay counts its descriptor from here on.
            waitsNoMore();
            door.admit(newcomer);
        });
        if (waiting.isEmpty()) {
            freed = 0;
        } else {
            lookSoon();
        }
    }

    private int most(Verdict verdict) {
        return most(verdict, listener().limits());
    }

    private static int most(Verdict verdict, ConnectionLimits limits) {
        return verdict.eligible() ? limits.maxForEligible() : limits.maxConnections();
    }

    /** Looks ahead, after newcomers were placed: accepting stops while none of those that may come would be taken. */
    void lookAhead() {
        if (listener().pauses() && (!waiting.isEmpty() || full())) {
            if (silent().possible()) {
                lookSoon();
            } else {
                waitForRoom();
            }
        }
    }

    /** Whether none of the newcomers there may be would be taken as it is. */
    private boolean full() {
        ConnectionLimits limits = listener().limits();
        boolean all = listener().exposure().degree() == Exposure.Degree.ALL;
        return relays().active() >= (all ? limits.maxForEligible() : limits.maxConnections());
    }

    private void waitForRoom() {
        door.waitForRoom();
        lookSoon();
    }

    private void lookSoon() {
        if (!looking) {
            looking = true;
            channel.eventLoop().schedule(this::look, RECHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Those that wait keep waiting if accepting is not to pause any more, since others may come now whom MPP spares; those
     * are not to wait for them (S5).
     */
    private void look() {
        looking = false;
        if (!channel.isOpen()) {
            return;
        }
        boolean mayWait = listener().shared().policy().pausing();
        takeThoseWithRoom();
        for (int asks = waiting.size(); asks > 0 && !waiting.isEmpty(); asks--) {
            Newcomer first = waiting.first();
            if (makeRoom(first) == MakingRoom.Outcome.NOBODY && !mayWait) {
                // It waited only for room that was being made.
                giveUp(first);
            }
        }
        door.goOn();
        lookAhead();
    }

    /** The socket has closed: nobody will look for room any more. */
    void abandon(Consumer<Newcomer> each) {
        waiting.abandon(newcomer -> {
            waitsNoMore();
            each.accept(newcomer);
        });
    }
}
