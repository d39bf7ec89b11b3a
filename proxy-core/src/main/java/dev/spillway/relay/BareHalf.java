package dev.spillway.relay;

import dev.spillway.transport.BareSocket;
import dev.spillway.transport.Pipe;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A half between two bare sockets.
 *
 * <p><b>Two ways to move bytes.</b> Small exchanges are copied: read into the buffer that all connections of the event loop share, and
 * written from it at once. Only what the sink does not take gets a buffer of its own. Bulk, which is {@value #BULK_READS} reads in a row
 * that filled their room, is spliced: the kernel hands its pages on through a pipe, and nobody copies them. Where there is
 * no pipe, or no room for as much, it is copied.
 *
 * <p><b>Either way room is taken from the budget before anything is read</b>, for as much as may be read, and given
 * back when it was written. What is in a pipe is memory of the kernel, but held by us like a buffer, and told by nobody
 * else: no socket is charged for it.
 *
 * <p>A half moves {@value #AT_ONCE} times at most, and {@value #BYTES_AT_ONCE} bytes, before it is the others' turn.
 *
 * <p>A pipe is for those who move: what has stood in one for a second is copied into a buffer, so that a few who don't read can't have all
 * pipes.
 *
 * <p><b>A fault ends the relay.</b> What was read before it and not written is gone, so nothing may be passed on behind it.
 */
final class BareHalf extends Half {
    private static final int BULK_READS = 2;
    private static final int AT_ONCE = 16;

    /** And no more bytes than this, about: with fifty that carry bulk it is some milliseconds until it is the first one's turn again. */
    private static final int BYTES_AT_ONCE = 256 << 10;

    private static final int THOROUGH =
            BareSocket.PEER_ENDED | BareSocket.HANG_UP | BareSocket.ERROR | BareSocket.URGENT;
    private static final long LONGEST_IN_PIPE = TimeUnit.SECONDS.toNanos(1);

    /** What a half has moved when its sockets' buffers are bounded. The kernel's first window is twice as large. */
    private static final int UNBOUNDED_BYTES = 32 << 10;

    private final int least;
    private @Nullable BareSocket source;
    private @Nullable BareSocket sink;
    private @Nullable ByteBuf rest;
    private @Nullable Pipe pipe;
    private int inPipe;
    private int charged;
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
        sink = to;
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
    void readOn() {
        try {
            moveOn();
        } catch (RuntimeException | Error fault) {
            relay().failed(direction(), fault);
        }
    }

    private void moveOn() {
        BareSocket from = source;
        BareSocket to = sink;
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

    private boolean holds() {
        return rest != null || inPipe > 0;
    }

    private int move(BareSocket from, BareSocket to) {
        resume();
        if (fullReads >= BULK_READS && relay().settings().spliceChunk() > 0) {
            pipe = relay().shard().pipes().take();
            if (pipe != null) {
                return splice(from, to, pipe);
            }
        }
        return copy(from, to);
    }

    private int copy(BareSocket from, BareSocket to) {
        int room = relay().ledger().charge(size);
        charged = room;
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
                rest = shared.keep(taken, bytes);
                chargeOnly(bytes - taken);
                stands(now);
            }
        }
        return bytes;
    }

    /** Bytes written, or -1 if the sink is broken. */
    private int written(BareSocket to, long buffer, int bytes) {
        try {
            return to.write(buffer, 0, bytes);
        } catch (IOException failure) {
            relay().failed(direction().opposite(), failure);
            return -1;
        }
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
        int room = relay().ledger().charge(wanted);
        charged = room;
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
        inPipe = bytes;
        relay().shard().spliced(bytes);
        long now = count(bytes, from, to);
        if (!relay().closed()) {
            empty(to, through);
            if (inPipe > 0 && !relay().closed()) {
                chargeOnly(inPipe);
                stands(now);
            }
        }
        return bytes;
    }

    /** The pipe is empty. */
    private void giveBack(Pipe through) {
        pipe = null;
        relay().shard().pipes().giveBack(through);
        release();
    }

    private void empty(BareSocket to, Pipe from) {
        try {
            inPipe -= to.spliceFrom(from, inPipe);
        } catch (IOException failure) {
            relay().failed(direction().opposite(), failure);
            return;
        }
        if (inPipe == 0) {
            giveBack(from);
        }
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

    /** The sink does not take it all. */
    private void stands(long now) {
        pause();
        stalled(now);
        relay().stir(now);
    }

    /** So much is left of what was taken room for. */
    private void chargeOnly(int bytes) {
        relay().ledger().release(charged - bytes);
        charged = bytes;
    }

    private void release() {
        relay().ledger().release(charged);
        charged = 0;
    }

    /** The sink takes bytes again. */
    void sinkReady() {
        suspected = false;
        BareSocket to = sink;
        if (to == null || !holds()) {
            return;
        }
        try {
            drain(to);
        } catch (RuntimeException | Error fault) {
            relay().failed(direction(), fault);
        }
    }

    private void drain(BareSocket to) {
        int before = waitingNow();
        if (rest != null) {
            flush(to, rest);
        } else if (pipe != null) {
            empty(to, pipe);
        }
        if (relay().closed()) {
            return;
        }
        int left = waitingNow();
        if (left < before) {
            long now = System.nanoTime();
            relay().progressed(now);
            if (left > 0) {
                stalled(now);
            }
        }
        if (left == 0) {
            unstalled();
            drained();
        }
    }

    private void flush(BareSocket to, ByteBuf kept) {
        try {
            kept.skipBytes(relay().shard().buffer().write(kept, to));
        } catch (IOException failure) {
            relay().failed(direction().opposite(), failure);
            return;
        }
        if (!kept.isReadable()) {
            rest = null;
            kept.release();
            release();
        }
    }

    private void drained() {
        if (sourceEnded()) {
            passFin();
        } else {
            readOn();
        }
    }

    @Override
    int waitingNow() {
        ByteBuf kept = rest;
        return kept == null ? inPipe : kept.readableBytes();
    }

    /** Whatever the sink takes, it takes from here: no progress goes by unseen. But what stands leaves the pipe to others. */
    @Override
    void observe(long now) {
        Pipe held = pipe;
        if (held != null && inPipe > 0 && now - stalledSince() >= LONGEST_IN_PIPE) {
            try {
                rest = relay().shard().buffer().keep(held, inPipe);
            } catch (IOException | RuntimeException | Error fault) {
                relay().failed(direction(), fault);
                return;
            }
            inPipe = 0;
            pipe = null;
            relay().shard().pipes().giveBack(held);
        }
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

    @Override
    void shutdownSink() {
        BareSocket to = sink;
        try {
            if (to != null) {
                to.shutdownOutput();
            }
        } catch (IOException failure) {
            relay().broken(direction().opposite());
        }
    }

    @Override
    void settle() {
        release();
        if (rest != null) {
            rest.release();
            rest = null;
        }
        if (pipe != null) {
            relay().shard().pipes().drop(pipe);
            pipe = null;
            inPipe = 0;
        }
        unstalled();
    }
}
