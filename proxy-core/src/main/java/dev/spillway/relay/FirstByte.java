package dev.spillway.relay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Tells of the first bytes of a client and leaves its pipeline, so that nothing is asked at any later read. It is there
 * only if somebody wants to know.
 */
final class FirstByte extends ChannelInboundHandlerAdapter {
    private final Relay.Milestones milestones;

    FirstByte(Relay.Milestones milestones) {
        this.milestones = milestones;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.pipeline().remove(this);
        milestones.firstByte();
        ctx.fireChannelRead(message);
    }
}
