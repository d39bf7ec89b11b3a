package dev.spillway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what a client says first, where its server is connected no sooner: bytes, or the end of its direction. It has one
 * read made, keeps what came, and reads no more until the server is connected; what is charged for it stays charged. Then it
 * hands it on, as if it had just come, and leaves the pipeline. That the client is gone goes by.
 *
 * <p>Owned by the relay's event loop.
 */
final class FirstWords extends ChannelInboundHandlerAdapter {
    private final Relay relay;
    private final ReadSizer sizer;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf said;
    private boolean heard;

    FirstWords(Relay relay, ReadSizer sizer) {
        this.relay = relay;
        this.sizer = sizer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Begins to listen. The channel is registered. */
    void listen() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            sizer.wanted(true);
            ctx.channel().read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        if (relay.closed() || said != null) {
            buffer.release();
            return;
        }
        said = buffer;
        sizer.wanted(false);
        heard();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Nobody is to read on before the server is connected.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ctx.fireUserEventTriggered(event);
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            heard();
        }
    }

    private void heard() {
        if (!heard) {
            heard = true;
            relay.heard();
        }
    }

    /** Hands on what was said, and leaves. Both ends are joined. */
    void handOn() {
        ChannelHandlerContext ctx = context;
        ByteBuf buffer = said;
        said = null;
        if (ctx == null || ctx.isRemoved()) {
            drop(buffer);
            return;
        }
        if (buffer != null) {
            ctx.fireChannelRead(buffer);
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    /** The channel has closed, or this has handed on what it had. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        drop();
    }

    /** The relay is over. */
    void drop() {
        ByteBuf buffer = said;
        said = null;
        drop(buffer);
    }

    private static void drop(@Nullable ByteBuf buffer) {
        if (buffer != null) {
            buffer.release();
        }
    }
}
