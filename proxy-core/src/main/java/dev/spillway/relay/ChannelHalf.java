package dev.spillway.relay;

import dev.spillway.transport.ChannelSocket;
import dev.spillway.transport.ReadRefused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A half between two channels, for NIO and io_uring. Its {@link #handler} is the only one in the source's pipeline, but for
 * {@link FirstWords}, which leaves with the first read. The sink's water marks are set so that a channel is writable exactly
 * while nothing waits in it (see {@link ChannelPath#WHEN_EMPTY}).
 *
 * <p>A write that is not done says nothing of the peer where the event loop makes it later, as on io_uring: the loop may be behind.
 * So there bytes count as standing from the second look on that the loop takes at them: between two it has been to the kernel as a rule, and
 * where it has not, they stand since a moment ago.
 */
final class ChannelHalf extends Half {
    private final ReadSizer sizer;
    private final ChannelHandler handler = new Reader();
    private final boolean writesLater;
    private @Nullable ChannelSocket source;
    private @Nullable SocketChannel sink;
    private @Nullable ByteBuf waiting;
    private int waitingBytes;
    /** After so many looks, if any, what waits is to count as standing. */
    private int looksLeft;

    private long charged;

    ChannelHalf(Relay relay, Direction direction, ReadSizer sizer) {
        super(relay, direction);
        this.sizer = sizer;
        this.writesLater = relay.shard().transport().writesLater();
    }

    ReadSizer sizer() {
        return sizer;
    }

    ChannelHandler handler() {
        return handler;
    }

    /** Joins the two ends, so that what was read before can be handed on. Both are registered with this event loop and active. */
    void attach(ChannelSocket from, ChannelSocket to) {
        source = from;
        sink = to.channel();
        bound(from);
    }

    /** Begins to read; if the source has ended before that, its end is passed on when what it said has been written. */
    void begin() {
        SocketChannel to = sink;
        if (!sourceEnded()) {
            readOn();
        } else if (to != null && to.isWritable()) {
            passFin();
        }
    }

    @Override
    int waitingNow() {
        ByteBuf buffer = waiting;
        return buffer == null ? 0 : buffer.readableBytes();
    }

    @Override
    void observe(long now) {
        ByteBuf buffer = waiting;
        if (buffer == null) {
            return;
        }
        if (buffer.readableBytes() < waitingBytes) {
            waitingBytes = buffer.readableBytes();
            looksLeft = 0;
            stalled(now);
            relay().progressed(now);
        } else if (looksLeft > 0 && --looksLeft == 0) {
            stalled(now);
        }
    }

    private void take(ByteBuf buffer) {
        SocketChannel to = sink;
        int charge = sizer.takeCharge();
        if (to == null || relay().closed()) {
            buffer.release();
            relay().ledger().release(charge);
            return;
        }
        int bytes = buffer.readableBytes();
        long now = System.nanoTime();
        charged += charge;
        waiting = buffer;
        boolean counted = false;
        try {
            relay().moved(direction(), bytes, now);
            read(bytes);
            counted = true;
        } finally {
            if (!counted) {
                // A fault ends the relay, which knows of no buffer that was not handed on.
                waiting = null;
                buffer.release();
            }
        }
        to.write(buffer, to.voidPromise());
        to.flush();
        // Draining, or the relay's end, may have happened inside flush().
        if (relay().heldBack()) {
            sizer.wanted(false);
        }
        if (!relay().closed() && !to.isWritable()) {
            sizer.wanted(false);
            waitingBytes = buffer.readableBytes();
            if (writesLater) {
                looksLeft = 2;
            } else {
                stalled(now);
            }
            relay().stir(now);
        }
    }

    @Override
    void readOn() {
        ChannelSocket from = source;
        SocketChannel to = sink;
        if (from == null || to == null || sourceEnded() || relay().closed()) {
            return;
        }
        if (relay().heldBack()) {
            // A read asked for before may still come: to refuse it would leave its socket armed, and the loop spinning.
            pause();
            return;
        }
        if (to.isWritable()) {
            sizer.wanted(true);
            resume();
            from.channel().read();
        } else {
            sizer.wanted(false);
            pause();
        }
    }

    private void sinkDrained() {
        relay().ledger().release(charged);
        charged = 0;
        waiting = null;
        boolean stood = noneWaits();
        if (relay().closed()) {
            return;
        }
        if (stood) {
            relay().progressed(System.nanoTime());
        }
        if (sourceEnded()) {
            passFin();
        } else if (stood) {
            // Otherwise it is the write of a read that is still under way; its read loop asks for more.
            readOn();
        }
    }

    /** Nothing waits any more; tells whether something did. */
    private boolean noneWaits() {
        boolean waited = looksLeft > 0;
        looksLeft = 0;
        return unstalled() || waited;
    }

    private void sourceEnds() {
        noteSourceEnded();
        sizer.wanted(false);
        SocketChannel to = sink;
        if (to != null && to.isWritable()) {
            passFin();
        }
    }

    @Override
    void shutdownSink() {
        SocketChannel to = sink;
        if (to != null) {
            to.shutdownOutput().addListener(done -> {
                if (!done.isSuccess()) {
                    relay().broken(direction().opposite());
                }
            });
        }
    }

    /**
     * Something happened at a source we do not read from now. A pending error means that it broke, which is told at once.
     * Otherwise its peer has ended its direction, which we see when we read on.
     */
    private void stirred() {
        ChannelSocket from = source;
        if (from != null && from.takeError() != 0) {
            relay().broken(direction());
        }
    }

    @Override
    void settle() {
        sizer.wanted(false);
        relay().ledger().release(charged + sizer.takeCharge());
        charged = 0;
        waiting = null;
        noneWaits();
    }

    /** What the source's channel tells. */
    @ChannelHandler
            .Sharable // Only so that it can move to the next attempt's pipeline; it is in one pipeline at a time.
    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            take((ByteBuf) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            readOn();
        }

        /** The source's own water marks: tells the half that writes to it. */
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                ((ChannelHalf) relay().opposite(direction())).sinkDrained();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE && !sourceEnded()) {
                sourceEnds();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause == ReadRefused.REFUSED) {
                stirred();
            } else {
                relay().failed(direction(), cause);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            relay().broken(direction());
        }
    }
}
