package dev.spillway.server.admin;

import dev.spillway.BindFailure;
import dev.spillway.ProxyControl;
import dev.spillway.ProxyView;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.metrics.AdminTraffic;
import dev.spillway.server.metrics.Meters;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.transport.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin plane. It has to answer when nothing else can, so it shares nothing with the relays: one loop with the
 * JDK's selector, buffers on the heap, bounded connections, and a request to itself before it is declared open.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(AdminServer.class);

    /** Bytes of one read; a request of ours fits in one. */
    private static final int READ_BYTES = 4096;

    /** What the kernel may hold of a client that sends, or does not read. */
    private static final int RECEIVE_BUFFER = 16 * 1024;

    private static final int SEND_BUFFER = 64 * 1024;
    private static final int BACKLOG = 128;
    private static final long CLOSE_MILLIS = 5_000;

    /** Asked at start, beside the metrics: together they load what every path needs. */
    private static final List<String> FIRST_PATHS = List.of(
            "/metrics",
            "/",
            "/api/v1/status",
            "/api/v1/pressure",
            "/api/v1/connections",
            "/api/v1/connections?by=source",
            "/api/v1/kills",
            "/api/v1/listeners",
            "/api/v1/events",
            "/health/live");

    private final EventLoopGroup group;
    private final ChannelGroup clients;
    private final Changes changes;
    private final Channel channel;

    private AdminServer(EventLoopGroup group, ChannelGroup clients, Changes changes, Channel channel) {
        this.group = group;
        this.clients = clients;
        this.changes = changes;
        this.channel = channel;
    }

    /**
     * Binds and answers its own first requests.
     *
     * @throws BindFailure if the address can't be bound, or nobody answers there; nothing is left open
     * @throws IllegalArgumentException if the settings say that there is none
     */
    public static AdminServer start(
            AdminSettings settings,
            ProxyView proxy,
            ProxyControl control,
            Meters meters,
            EventLog events,
            SettingsStore store,
            Reload reload)
            throws BindFailure {
        Endpoints endpoints = new Endpoints(proxy, control, meters, events, store, reload);
        return start(settings, endpoints, meters.adminTraffic(), Changes.DEADLINE_MILLIS);
    }

    /** @param changeMillis after which a client is told that its change takes too long */
    static AdminServer start(AdminSettings settings, Endpoints endpoints, AdminTraffic traffic, long changeMillis)
            throws BindFailure {
        if (!settings.enabled()) {
            throw new IllegalArgumentException("admin.enabled: false (expected: true, to start it)");
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("spillway-admin", true), NioIoHandler.newFactory());
        EventExecutor loop = group.next();
        ChannelGroup clients = new DefaultChannelGroup("spillway-admin", loop, true);
        RefusalLog refusals = new RefusalLog(traffic, loop);
        Admission admission = new Admission(settings.maxConnections(), traffic, refusals);
        RequestGuard guard =
                new RequestGuard(settings.bind(), new Credentials(settings.allTokens()), refusals::refused);
        Reception reception = new Reception(guard, endpoints, refusals::refused);
        Changes changes = new Changes(loop, refusals, changeMillis);
        ChannelInitializer<Channel> client = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                clients.add(channel);
                new AdminConnection(
                                channel,
                                admission,
                                reception,
                                changes,
                                refusals,
                                traffic,
                                settings.idleTimeout().toMillis())
                        .install();
            }
        };
        return open(settings, bootstrap(group).childHandler(client), group, clients, changes);
    }

    private static ServerBootstrap bootstrap(EventLoopGroup group) {
        HeapAllocator allocator = new HeapAllocator();
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false);
    }

    private static AdminServer open(
            AdminSettings settings,
            ServerBootstrap bootstrap,
            EventLoopGroup group,
            ChannelGroup clients,
            Changes changes)
            throws BindFailure {
        HostPort bind = settings.bind();
        InetSocketAddress address = bind.host().equals("*")
                ? new InetSocketAddress(bind.port())
                : new InetSocketAddress(bind.host(), bind.port());
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            changes.close();
            end(group);
            throw failure(bind, bound.cause());
        }
        AdminServer server = new AdminServer(group, clients, changes, bound.channel());
        try {
            Optional<String> token = settings.allTokens().values().stream().findFirst();
            for (String path : FIRST_PATHS) {
                FirstRequest.ask(server.bound(), path, token, 200);
            }
        } catch (IOException nobodyAnswers) {
            server.close();
            throw failure(bind, nobodyAnswers);
        }
        logger.atInfo()
                .addKeyValue("bound", Addresses.text(server.bound()))
                .addKeyValue("token", settings.guarded())
                .log("admin: answers on http://{}/", Addresses.text(server.bound()));
        return server;
    }

    private static BindFailure failure(HostPort bind, Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return new BindFailure("admin.bind: " + bind + ": the name is unknown", cause);
        }
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new BindFailure("admin.bind: " + bind + " can't be bound: " + why, cause);
    }

    /** Where it really listens. */
    public InetSocketAddress bound() {
        return (InetSocketAddress) channel.localAddress();
    }

    /**
     * Closes the port, lets the change that is under way end, and closes every connection and both threads. Idempotent;
     * blocks for some seconds at most.
     */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly(CLOSE_MILLIS);
        changes.close();
        clients.close().awaitUninterruptibly(CLOSE_MILLIS);
        end(group);
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS);
    }
}
