package dev.spillway.relay;

import dev.spillway.transport.ReadRefused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a relay: reads from its source and writes to its sink. It is the only handler in the source's
 * pipeline, but for {@link FirstByte}, which leaves with the first read. Both halves of a relay are equal and named by the {@link Direction} they serve.
 *
 * <p><b>Back-pressure: a half reads only when the sink has taken everything it read before.</b> The sink's water marks
 * are set so that a channel is writable exactly while nothing waits in it (see {@link Relay#WHEN_EMPTY}). So a half
 * holds one read's bytes at most, an idle one holds nothing, and a peer that does not read stops the other one.
 *
 * <p>The end of the source's direction is passed on as a FIN when everything before it has been written.
 *
 * <p>Owned by the event loop both channels are registered with; {@link #stalledSince} may be asked by any thread.
 */
@ChannelHandler.Sharable // Only so that it can move to the next attempt's pipeline; it is in one pipeline at a time.
final class Half extends ChannelInboundHandlerAdapter {
    private static final long NOT = 0;
    private static final VarHandle STALLED_SINCE;

    static {
        try {
            STALLED_SINCE = MethodHandles.lookup().findVarHandle(Half.class, "stalledSince", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Relay relay;
    private final Direction direction;
    private final ReadSizer sizer;
    private final ReceiveBound bound = new ReceiveBound();
    private @Nullable SocketChannel source;
    private @Nullable SocketChannel sink;
    private @Nullable ByteBuf waiting;
    private int waitingBytes;
    private long charged;
    private long stalledSince;
    private boolean sourceEnded;
    private boolean finPassed;

    /** Which way a half carries bytes. */
    enum Direction {
        FROM_CLIENT,
        TO_CLIENT
    }

    Half(Relay relay, Direction direction, ReadSizer sizer) {
        this.relay = relay;
        this.direction = direction;
        this.sizer = sizer;
    }

    ReadSizer sizer() {
        return sizer;
    }

    /** Joins the two ends and begins to read. Both are registered with this event loop and active. */
    void join(SocketChannel from, SocketChannel to) {
        attach(from, to);
        begin();
    }

    /** Joins the two ends, so that what was read before can be handed on. */
    void attach(SocketChannel from, SocketChannel to) {
        source = from;
        sink = to;
        relay.bound(bound, from);
    }

    /** Begins to read; if the source has ended before that, its end is passed on when what it said has been written. */
    void begin() {
        SocketChannel to = sink;
        if (!sourceEnded) {
            readOn();
        } else if (to != null && to.isWritable()) {
            passFin();
        }
    }

    /** Since when bytes of this half have waited without one being taken: a nanosecond time, or 0 if none waits. */
    long stalledSince() {
        return (long) STALLED_SINCE.getOpaque(this);
    }

    /** Its source does not hear its peer, by what the kernel says. On the event loop. */
    void unanswered() {
        bound.makeRoom();
    }

    /** Bytes that were read and that the sink has not taken. On the event loop. */
    int waitingNow() {
        ByteBuf buffer = waiting;
        return buffer == null ? 0 : buffer.readableBytes();
    }

    /** Whether the source ended and all it sent, its end included, was passed on. */
    boolean done() {
        return finPassed;
    }

    /** Looks whether the sink took some of what waits; without this, progress within one buffer would be missed. */
    void observe(long now) {
        ByteBuf buffer = waiting;
        if (buffer != null && buffer.readableBytes() < waitingBytes) {
            waitingBytes = buffer.readableBytes();
            stalled(now);
            relay.progressed(now);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        SocketChannel to = sink;
        int charge = sizer.takeCharge();
        if (to == null || relay.closed()) {
            buffer.release();
            relay.ledger().release(charge);
            return;
        }
        int bytes = buffer.readableBytes();
        long now = System.nanoTime();
        charged += charge;
        waiting = buffer;
        relay.moved(direction, bytes, now);
        bound.read(bytes, now, relay.shard().gauge());
        to.write(buffer, to.voidPromise());
        to.flush();
        // Draining, or the relay's end, may have happened inside flush().
        if (relay.heldBack()) {
            sizer.wanted(false);
        }
        if (!relay.closed() && !to.isWritable()) {
            sizer.wanted(false);
            waitingBytes = buffer.readableBytes();
            stalled(now);
            relay.stir(now);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn();
    }

    /** Asks for more if the sink is empty; else {@link #sinkDrained} does later. If held back, {@link Relay#holdBack} does. */
    void readOn() {
        SocketChannel from = source;
        SocketChannel to = sink;
        if (from == null || to == null || sourceEnded || relay.closed()) {
            return;
        }
        if (relay.heldBack()) {
            // A read asked for before may still come: to refuse it would leave its socket armed, and the loop spinning.
            bound.pause();
            return;
        }
        if (to.isWritable()) {
            sizer.wanted(true);
            bound.resume();
            from.read();
        } else {
            sizer.wanted(false);
            bound.pause();
        }
    }

    /** The source's own water marks: tells the half that writes to it. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            relay.opposite(direction).sinkDrained();
        }
    }

    private void sinkDrained() {
        boolean stood = stalledSince != NOT;
        relay.ledger().release(charged);
        charged = 0;
        waiting = null;
        stalled(NOT);
        if (relay.closed()) {
            return;
        }
        if (stood) {
            relay.progressed(System.nanoTime());
        }
        if (sourceEnded) {
            passFin();
        } else if (stood) {
            // Otherwise it is the write of a read that is still under way; its read loop asks for more.
            readOn();
        }
    }

    /** Notes since when bytes wait, or that none do; an odd time, so that no real one is the 0 that means none. */
    private void stalled(long since) {
        STALLED_SINCE.setOpaque(this, since == NOT ? NOT : since | 1);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !sourceEnded) {
            sourceEnded = true;
            sizer.wanted(false);
            SocketChannel to = sink;
            if (to != null && to.isWritable()) {
                passFin();
            }
        }
    }

    private void passFin() {
        SocketChannel to = sink;
        if (to == null || finPassed || relay.closed()) {
            return;
        }
        finPassed = true;
        relay.halfEnded();
        if (!relay.closed()) {
            to.shutdownOutput().addListener(done -> {
                if (!done.isSuccess()) {
                    relay.broken(direction == Direction.FROM_CLIENT ? Direction.TO_CLIENT : Direction.FROM_CLIENT);
                }
            });
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause == ReadRefused.REFUSED) {
            stirred(ctx.channel());
        } else {
            relay.failed(direction, cause);
        }
    }

    /**
     * Something happened at a source we do not read from now. A pending error means that it broke, which is told at once.
     * Otherwise its peer has ended its direction, which we see when we read on.
     */
    private void stirred(Channel channel) {
        if (relay.takeSocketError(channel) != 0) {
            relay.broken(direction);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        relay.broken(direction);
    }

    /** Forgets what was charged, and lets no read be charged any more; for the relay's end, when buffers are dropped. */
    void settle() {
        sizer.wanted(false);
        relay.ledger().release(charged + sizer.takeCharge());
        charged = 0;
        waiting = null;
        stalled(NOT);
    }
}
