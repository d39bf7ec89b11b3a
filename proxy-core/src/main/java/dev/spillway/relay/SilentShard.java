package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import dev.spillway.limit.Shortage;
import dev.spillway.limit.SilentLine;
import dev.spillway.limit.SilentLine.Place;
import dev.spillway.relay.Half.Direction;
import dev.spillway.relay.MakingRoom.Need;
import dev.spillway.relay.MakingRoom.Outcome;
import dev.spillway.transport.DescriptorReserve;
import dev.spillway.transport.SocketGauge;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The half-open connections of one event loop that MPP may close: a part of {@link MakingRoom}. Owned by that event loop;
 * {@link #closeFirst} and {@link #since} may be called by any thread.
 */
final class SilentShard {
    /** How many that turn out to have spoken are passed over for one request. */
    static final int LOOKS = 8;

    /** How often a request may be passed on to the loop that has the oldest by then. */
    private static final int HOPS = 3;

    /** How often beyond that, by a loop that has nobody left. */
    private static final int MOST_HOPS = 16;

    /** Requests that wait for the event loop; beyond that it is behind, and has enough to do. */
    private static final int MOST_ASKED = 256;

    private final MakingRoom all;
    private final RelayShard shard;
    private final SilentLine<Relay> line = new SilentLine<>();
    private final AtomicInteger asked = new AtomicInteger();

    SilentShard(MakingRoom all, RelayShard shard) {
        this.all = all;
        this.shard = shard;
    }

    long since() {
        return line.since();
    }

    /** A connection has come. Its place, if it counts here. */
    @Nullable
    Place<Relay> enter(Relay relay, long now) {
        opened();
        if (!relay.eligible()) {
            return null;
        }
        Place<Relay> place = line.enter(relay, now);
        all.entered();
        return place;
    }

    /** A socket was opened, to connect a server with or by a client. */
    void opened() {
        DescriptorReserve reserve = shard.transport().reserve();
        reserve.opened();
        if (reserve.touched()) {
            all.makeRoom(Shortage.DESCRIPTORS, reserve::lack);
        }
    }

    /** Bytes are passed on: those of a client end its silence, those of a server begin it anew. The place it has after that. */
    @Nullable
    Place<Relay> moved(Place<Relay> place, Direction direction, long now) {
        if (direction == Direction.FROM_CLIENT) {
            leave(place);
            return null;
        }
        line.restart(place, now);
        return place;
    }

    void leave(Place<Relay> place) {
        if (line.leave(place)) {
            all.left();
        }
    }

    /** Has the first of this line closed, at once if this is its event loop. */
    Outcome closeFirst(Shortage shortage, Need need) {
        if (shard.loop().inEventLoop()) {
            return closeIfNeeded(shortage, need);
        }
        ask(shortage, need, HOPS);
        return Outcome.ASKED;
    }

    private void ask(Shortage shortage, Need need, int hops) {
        if (asked.incrementAndGet() > MOST_ASKED) {
            asked.decrementAndGet();
            return;
        }
        shard.loop().execute(() -> {
            asked.decrementAndGet();
            hear(shortage, need, hops);
        });
    }

    private void hear(Shortage shortage, Need need, int hops) {
        SilentShard oldest = all.oldest();
        boolean passOn = hops > 0 || line.size() == 0 && hops > -MOST_HOPS;
        if (passOn && oldest != null && oldest != this) {
            oldest.ask(shortage, need, hops - 1);
            return;
        }
        boolean made = false;
        try {
            made = closeIfNeeded(shortage, need) == Outcome.MADE;
        } finally {
            need.heard(made);
        }
    }

    private Outcome closeIfNeeded(Shortage shortage, Need need) {
        if (!all.answer(shortage, need)) {
            return Outcome.NEEDLESS;
        }
        try {
            return closeSilent(shortage) ? Outcome.MADE : Outcome.NOBODY;
        } finally {
            all.answered(shortage);
        }
    }

    private boolean closeSilent(Shortage shortage) {
        for (int looks = 0; looks < LOOKS; looks++) {
            Place<Relay> first = line.first();
            if (first == null || !MakingRoom.silentFor(line.since())) {
                return false;
            }
            Relay relay = line.at(first);
            if (spoke(relay)) {
                line.restart(first, System.nanoTime());
            } else {
                shard.guarded(relay, silent -> silent.close(CloseReason.MADE_ROOM, true));
                // A fault in its close is told; it must not stay first for ever.
                leave(first);
                all.closed(shortage);
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the kernel has something of its client that was not read yet. Where it does not tell, a client whose server is being connected may
     * have said everything, and is passed over until the connecting ends or it is read.
     */
    private boolean spoke(Relay relay) {
        SocketGauge gauge = shard.gauge();
        return gauge == null
                ? relay.phase() == Phase.CONNECTING
                : gauge.readProgress(relay.client()) && gauge.saidBytes() > 0;
    }

    /** It is read from now on. Where the kernel does not tell of bytes that nobody has read, its silence begins only here. */
    void read(Place<Relay> place, long now) {
        if (shard.gauge() == null) {
            line.restart(place, now);
        }
    }
}
