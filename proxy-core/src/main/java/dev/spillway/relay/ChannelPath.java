package dev.spillway.relay;

import dev.spillway.connection.Phase;
import dev.spillway.relay.Half.Direction;
import dev.spillway.transport.ChannelSocket;
import dev.spillway.transport.TcpSocket;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import org.jspecify.annotations.Nullable;

/**
 * Two channels and a handler in the pipeline of each.
 *
 * <p>The client's channel is registered with the event loop only when the upstream is connected. Until then no event of
 * it can arrive, so nothing has to be kept for later: what the client sends waits in the kernel, within its bounds. Where the
 * upstream is to be connected when the client has said something, it is registered at once, and {@link FirstWords} keeps the one
 * read that it takes to know that.
 */
final class ChannelPath implements Path {
    /** Makes a channel writable exactly while no byte waits in it. */
    static final WriteBufferWaterMark WHEN_EMPTY = new WriteBufferWaterMark(1, 1);

    private final Relay relay;
    private final ChannelSocket client;
    private final ChannelHalf fromClient;
    private final ChannelHalf toClient;
    private @Nullable FirstWords firstWords;

    ChannelPath(Relay relay, ChannelSocket client) {
        this.relay = relay;
        this.client = client;
        this.fromClient = half(Direction.FROM_CLIENT);
        this.toClient = half(Direction.TO_CLIENT);
    }

    private ChannelHalf half(Direction direction) {
        return new ChannelHalf(relay, direction, new ReadSizer(relay.ledger(), relay.settings()));
    }

    @Override
    public Half fromClient() {
        return fromClient;
    }

    @Override
    public Half toClient() {
        return toClient;
    }

    @Override
    public void awaitFirstWords() {
        FirstWords words = new FirstWords(relay, fromClient.sizer());
        firstWords = words;
        open(words);
        relay.shard().loop().register(client.channel()).addListener(done -> {
            if (!done.isSuccess()) {
                relay.failed(Direction.FROM_CLIENT, done.cause());
            } else if (relay.phase() == Phase.WAITING) {
                words.listen();
            }
        });
    }

    /** Gets the client's channel ready, with {@code first} before all others that hear of it. */
    private void open(@Nullable ChannelHandler first) {
        configure(client, fromClient.sizer());
        SocketChannel channel = client.channel();
        if (first != null) {
            channel.pipeline().addLast(first);
        }
        channel.pipeline().addLast(fromClient.handler());
    }

    private void configure(ChannelSocket socket, ReadSizer sizer) {
        SocketChannelConfig config = socket.channel().config();
        config.setAutoRead(false);
        config.setAllowHalfClosure(true);
        config.setAllocator(relay.shard().allocator());
        config.setRecvByteBufAllocator(sizer);
        config.setWriteBufferWaterMark(WHEN_EMPTY);
        relay.settings().give(socket);
        if (relay.settings().tcpNoDelay()) {
            socket.sendAtOnce();
        }
        if (relay.settings().keepAlive()) {
            socket.probeQuietPeer();
        }
        if (relay.settings().notSentLowat() > 0) {
            socket.boundNotSent(relay.settings().notSentLowat());
        }
    }

    @Override
    public void prepare(TcpSocket attempt) {
        ChannelSocket socket = (ChannelSocket) attempt;
        configure(socket, toClient.sizer());
        socket.channel().pipeline().addLast(toClient.handler());
    }

    @Override
    public void attemptFailed(TcpSocket attempt) {
        SocketChannel channel = ((ChannelSocket) attempt).channel();
        if (channel.pipeline().context(toClient.handler()) != null) {
            channel.pipeline().remove(toClient.handler());
        }
    }

    @Override
    public void join(TcpSocket server) {
        ChannelSocket other = (ChannelSocket) server;
        if (firstWords != null) {
            begin(other);
            return;
        }
        try {
            open(null);
        } catch (ChannelException gone) {
            // The client was reset meanwhile: some systems take no options for such a socket any more.
            relay.broken(Direction.FROM_CLIENT);
            return;
        }
        relay.shard().loop().register(client.channel()).addListener(done -> {
            if (!done.isSuccess()) {
                relay.failed(Direction.FROM_CLIENT, done.cause());
            } else if (relay.phase() == Phase.CONNECTING) {
                begin(other);
            }
        });
    }

    private void begin(ChannelSocket server) {
        relay.joined();
        toClient.attach(server, client);
        toClient.begin();
        fromClient.attach(client, server);
        FirstWords words = firstWords;
        if (words != null) {
            firstWords = null;
            words.handOn();
        }
        if (!relay.closed()) {
            fromClient.begin();
        }
    }

    @Override
    public void sweep() {
        // Everything was done at once.
    }

    @Override
    public void drop() {
        if (firstWords != null) {
            firstWords.drop();
        }
    }
}
