package dev.spillway.relay;

import dev.spillway.transport.BareSocket;
import dev.spillway.transport.Pipe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A half between two bare sockets: when it reads, how much, and in which way. What the sink does not take is held by {@link HoldingHalf}.
 *
 * <p><b>Two ways to move bytes.</b> Small exchanges are copied: read into the buffer that all connections of the event loop share, and
 * written from it at once. Only what the sink does not take gets a buffer of its own. Bulk, which is {@value #BULK_READS} reads in a row
 * that filled their room, is spliced: the kernel hands its pages on through a pipe, and nobody copies them. Where there is
 * no pipe, or no room for as much, it is copied.
 *
 * <p><b>Either way room is taken from the budget before anything is read</b>, for as much as may be read.
 *
 * <p>A half moves {@value #AT_ONCE} times at most, and {@value #BYTES_AT_ONCE} bytes, before it is the others' turn.
 *
 * <p><b>A fault ends the relay.</b> What was read before it and not written is gone, so nothing may be passed on behind it.
 */
final class BareHalf extends HoldingHalf implements BareSocket.Owner {
    private static final int BULK_READS = 2;
    private static final int AT_ONCE = 16;

    /** And no more bytes than this, about: with fifty that carry bulk it is some milliseconds until it is the first one's turn again. */
    private static final int BYTES_AT_ONCE = 256 << 10;

    private static final int THOROUGH =
            BareSocket.PEER_ENDED | BareSocket.HANG_UP | BareSocket.ERROR | BareSocket.URGENT;

    /** What a half has moved when its sockets' buffers are bounded. The kernel's first window is twice as large. */
    private static final int UNBOUNDED_BYTES = 32 << 10;

    private final int least;
    private @Nullable BareSocket source;
    private int size;
    private int fullReads;
    private int moved;
    private boolean small;
    private boolean readable;
    private boolean thorough;
    private boolean erred;
    private boolean queued;
    private boolean suspected;
    private boolean prompt;
    private boolean tuned;

    BareHalf(Relay relay, Direction direction) {
        super(relay, direction);
        this.least = relay.settings().minBuffer();
        this.size = least;
    }

    /** Joins the two ends. Both are connected. */
    void attach(BareSocket from, BareSocket to) {
        source = from;
        sink(to);
    }

    /** What an event of the source tells. */
    void note(int events) {
        readable = true;
        suspected = false;
        // A short read then does not say that nothing is left: behind an urgent byte, and before the end, there may be
        // more.
        thorough |= (events & THOROUGH) != 0;
        erred |= (events & BareSocket.ERROR) != 0;
    }

    @Override
    public void ready(BareSocket socket, int events) {
        if (relay().closed()) {
            return;
        }
        if ((events & BareSocket.WRITABLE) != 0) {
            ((BareHalf) relay().opposite(direction())).sinkReady();
        }
        if ((events & ~BareSocket.WRITABLE) != 0) {
            note(events);
            readOn();
            askWhetherBroken();
        }
    }

    @Override
    public int look() {
        BareSocket to = sink();
        return relay().look() + (int) relay().ledger().held() + size + (to != null && to.isOpen() ? 1 : 0);
    }

    @Override
    public void failed(Throwable fault) {
        relay().failed(direction(), fault);
    }

    @Override
    void readOn() {
        try {
            moveOn();
        } catch (RuntimeException | Error fault) {
            relay().failed(direction(), fault);
        }
    }

    private void moveOn() {
        BareSocket from = source;
        BareSocket to = sink();
        if (from == null || to == null || queued) {
            return;
        }
        int bytes = 0;
        for (int i = 0; i < AT_ONCE && bytes < BYTES_AT_ONCE; i++) {
            if (!readable || sourceEnded() || holds() || relay().closed()) {
                return;
            }
            if (relay().heldBack()) {
                pause();
                return;
            }
            bytes += move(from, to);
        }
        queued = true;
        relay().shard().later(this);
    }

    /** It is this half's turn again. */
    void turn() {
        queued = false;
        if (!relay().closed()) {
            readOn();
            askWhetherBroken();
        }
    }

    private int move(BareSocket from, BareSocket to) {
        resume();
        if (fullReads >= BULK_READS && relay().settings().spliceChunk() > 0) {
            Pipe through = takePipe();
            if (through != null) {
                return splice(from, to, through);
            }
        }
        return copy(from, to);
    }

    private int copy(BareSocket from, BareSocket to) {
        int room = charge(size);
        SharedBuffer shared = relay().shard().buffer();
        long buffer = shared.address(room);
        int bytes;
        try {
            bytes = from.read(buffer, room);
        } catch (IOException failure) {
            release();
            relay().failed(direction(), failure);
            return 0;
        }
        if (bytes < room && !thorough || bytes == 0) {
            readable = false;
        }
        if (bytes <= 0) {
            release();
            fullReads = 0;
            if (bytes < 0) {
                noteSourceEnded();
                passFin();
            }
            return 0;
        }
        resize(bytes, room);
        long now = count(bytes, from, to);
        if (!relay().closed()) {
            int taken = written(to, buffer, bytes);
            if (taken == bytes) {
                release();
            } else if (taken >= 0) {
                keep(shared, taken, bytes, now);
            }
        }
        return bytes;
    }

    /** As {@link ReadSizer} does. */
    private void resize(int bytes, int room) {
        if (bytes == size) {
            int most = relay().settings().maxBuffer();
            fullReads = size == most ? fullReads + 1 : 0;
            size = Math.min(most, size * 4);
            small = false;
        } else {
            fullReads = 0;
            if (size > least && bytes <= size / 8 && bytes < room) {
                if (small) {
                    size = Math.max(least, size / 2);
                }
                small = !small;
            } else {
                small = false;
            }
        }
    }

    private int splice(BareSocket from, BareSocket to, Pipe through) {
        int wanted = relay().settings().spliceChunk();
        int room = charge(wanted);
        int bytes = 0;
        try {
            // A spare is not worth a pipe.
            bytes = room < wanted ? 0 : from.spliceTo(through, room);
        } catch (IOException failure) {
            giveBack(through);
            relay().failed(direction(), failure);
            return 0;
        }
        if (bytes == 0) {
            giveBack(through);
            if (thorough || room < wanted) {
                // The end, an urgent byte, or no room: a read tells.
                return copy(from, to);
            }
            readable = false;
            return 0;
        }
        if (bytes < relay().settings().maxBuffer() / 8) {
            fullReads = 0;
        }
        piped(bytes);
        relay().shard().spliced(bytes);
        long now = count(bytes, from, to);
        if (!relay().closed()) {
            passOn(through, to, now);
        }
        return bytes;
    }

    /** Bytes were read, and are going to be written. The time. */
    private long count(int bytes, BareSocket from, BareSocket to) {
        long now = System.nanoTime();
        suspected = false;
        if (!prompt || !tuned) {
            prepare(from, to);
            moved = Math.min(moved, UNBOUNDED_BYTES) + bytes;
        }
        relay().moved(direction(), bytes, now);
        read(bytes);
        return now;
    }

    /** Gives both sockets what they need from here on: see {@link BarePath}. */
    private void prepare(BareSocket from, BareSocket to) {
        RelaySettings settings = relay().settings();
        if (!prompt && moved > 0) {
            prompt = true;
            if (settings.tcpNoDelay()) {
                to.sendAtOnce();
            }
        }
        if (!tuned && moved >= UNBOUNDED_BYTES) {
            tuned = true;
            bound(from);
            if (settings.notSentLowat() > 0) {
                to.boundNotSent(settings.notSentLowat());
            }
        }
    }

    @Override
    void sinkReady() {
        suspected = false;
        super.sinkReady();
    }

    @Override
    void looked(boolean unread, boolean sinkEmpty) {
        BareSocket from = source;
        boolean missing =
                !queued && (holds() ? sinkEmpty : (unread || readable) && !sourceEnded() && !relay().heldBack());
        if (missing && suspected && from != null) {
            LostEvents lost = relay().shard().lostEvents();
            if (holds() || readable || lost.readable(from, relay().ledger().carried(direction()))) {
                lost.suspect(this);
            }
        }
        suspected = missing;
    }

    /** Goes on without having been told to, if it was not told meanwhile; whether it could. */
    boolean nudged() {
        if (!suspected || relay().closed()) {
            return false;
        }
        int waited = waitingNow();
        long carried = relay().ledger().carried(direction());
        boolean ended = sourceEnded();
        if (holds()) {
            sinkReady();
        } else {
            note(0);
            readOn();
        }
        // What went out may have made room for as much again.
        boolean moved = waitingNow() < waited || relay().ledger().carried(direction()) > carried;
        return !relay().closed() && (moved || sourceEnded() != ended);
    }

    /** If an error was told of the source: whether it is pending still, where nobody reads to meet it. */
    void askWhetherBroken() {
        BareSocket from = source;
        if (erred && from != null && !relay().closed() && !queued) {
            erred = false;
            if (from.takeError() != 0) {
                relay().broken(direction());
            }
        }
    }
}
