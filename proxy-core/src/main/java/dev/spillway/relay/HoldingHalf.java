package dev.spillway.relay;

import dev.spillway.transport.BareSocket;
import dev.spillway.transport.Pipe;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The side of a bare half that writes: it owns what was read and not written yet, in a buffer or in a pipe, and the room that was taken from
 * the budget for it. Room is given back as bytes are written, and all of it at the end. What is in a pipe is memory of the kernel, but held
 * by us like a buffer, and told by nobody else: no socket is charged for it.
 *
 * <p>A pipe is for those who move: what has stood in one for a second is copied into a buffer, so that a few who don't read can't have all
 * pipes.
 *
 * <p>A superclass and not a part of its own, because each connection has two of them: an object is as much as all its fields.
 */
abstract sealed class HoldingHalf extends Half permits BareHalf {
    private static final long LONGEST_IN_PIPE = TimeUnit.SECONDS.toNanos(1);

    private @Nullable BareSocket sink;
    private @Nullable ByteBuf rest;
    private @Nullable Pipe pipe;
    private int inPipe;
    private int charged;

    HoldingHalf(Relay relay, Direction direction) {
        super(relay, direction);
    }

    /** Says where bytes go. It is connected. */
    final void sink(BareSocket to) {
        sink = to;
    }

    final @Nullable BareSocket sink() {
        return sink;
    }

    final boolean holds() {
        return rest != null || inPipe > 0;
    }

    /** Takes room for a read from the budget, {@code wanted} or a spare; it has to be released, or kept for what is left. */
    final int charge(int wanted) {
        int room = relay().ledger().charge(wanted);
        charged = room;
        return room;
    }

    /** Gives back all the room that was taken. */
    final void release() {
        relay().ledger().release(charged);
        charged = 0;
    }

    /** Only the room of so many bytes is needed from here on. */
    private void chargeOnly(int bytes) {
        relay().ledger().release(charged - bytes);
        charged = bytes;
    }

    /** Bytes written, or -1 if the sink is broken. */
    final int written(BareSocket to, long buffer, int bytes) {
        try {
            return to.write(buffer, 0, bytes);
        } catch (IOException failure) {
            relay().failed(direction().opposite(), failure);
            return -1;
        }
    }

    /** The sink has not taken the bytes of {@code shared} from {@code from} to {@code to}. */
    final void keep(SharedBuffer shared, int from, int to, long now) {
        rest = shared.keep(from, to);
        chargeOnly(to - from);
        stands(now);
    }

    /** An empty pipe to fill, or null if there is none to be had; it has to be emptied or given back. */
    final @Nullable Pipe takePipe() {
        pipe = relay().shard().pipes().take();
        return pipe;
    }

    /** So many bytes are in the pipe that was taken. */
    final void piped(int bytes) {
        inPipe = bytes;
    }

    /** Writes what is in the pipe, and keeps what the sink does not take. */
    final void passOn(Pipe from, BareSocket to, long now) {
        empty(from, to);
        if (inPipe > 0 && !relay().closed()) {
            chargeOnly(inPipe);
            stands(now);
        }
    }

    private void empty(Pipe from, BareSocket to) {
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

    /** The pipe is empty. */
    final void giveBack(Pipe empty) {
        pipe = null;
        relay().shard().pipes().giveBack(empty);
        release();
    }

    /** The sink does not take it all. */
    private void stands(long now) {
        pause();
        stalled(now);
        relay().stir(now);
    }

    /** The sink takes bytes again. */
    void sinkReady() {
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
            flush(rest, to);
        } else if (pipe != null) {
            empty(pipe, to);
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

    private void flush(ByteBuf kept, BareSocket to) {
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
    final int waitingNow() {
        ByteBuf kept = rest;
        return kept == null ? inPipe : kept.readableBytes();
    }

    /** Whatever the sink takes, it takes from here: no progress goes by unseen. But what stands leaves the pipe to others. */
    @Override
    final void observe(long now) {
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
    final void shutdownSink() {
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
    final void settle() {
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
