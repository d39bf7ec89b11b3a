package dev.spillway.upstream;

import dev.spillway.transport.HostPort;
import dev.spillway.transport.Transport;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of servers, taken in turn. If one can't be connected the next one is tried, each once; and it is passed over for
 * a while, as long as another one is left. A name that stands for several addresses counts as several servers.
 *
 * <p>Names are looked up by {@link #resolve}, on a thread that may block; connections use the last answer. A look-up that
 * fails keeps the last answer.
 */
public final class Upstream {
    private static final Logger log = LoggerFactory.getLogger(Upstream.class);

    private final UpstreamSettings settings;
    private final Transport transport;
    private final AtomicInteger turn = new AtomicInteger();
    private final LongAdder connected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile List<Server> servers = List.of();
    private volatile List<HostPort> unresolved = List.of();

    /** A pool without an address yet: call {@link #resolve}. */
    public Upstream(UpstreamSettings settings, Transport transport) {
        this.settings = settings;
        this.transport = transport;
    }

    /** Who wants a connection. All methods are called on its event loop. */
    public interface Connecting {
        /** Whether it is still wanted; asked before each attempt and after it. */
        boolean wanted();

        /** Gets a socket ready for an attempt: its options and handlers. */
        void prepare(SocketChannel attempt, InetSocketAddress address);

        /** The attempt failed; another one may follow. The socket is closed after this. */
        void attemptFailed(SocketChannel attempt);

        /** The socket is connected, and the caller's from now on. */
        void connected(SocketChannel channel);

        /** No server could be connected. */
        void unreachable();
    }

    /** The name it has in the configuration. */
    public String name() {
        return settings.name();
    }

    /** How it is configured. */
    public UpstreamSettings settings() {
        return settings;
    }

    /** Looks the servers' names up. May block: never on an event loop. */
    public void resolve() {
        List<Server> found = new ArrayList<>();
        List<HostPort> missing = new ArrayList<>();
        for (HostPort server : settings.servers()) {
            try {
                for (InetAddress address : InetAddress.getAllByName(server.host())) {
                    found.add(known(new Server(server, new InetSocketAddress(address, server.port()))));
                }
            } catch (UnknownHostException unknown) {
                missing.add(server);
                servers.stream().filter(old -> old.name().equals(server)).forEach(found::add);
            }
        }
        if (!missing.equals(unresolved)) {
            if (missing.isEmpty()) {
                log.info("upstream {}: every server's name resolves again", name());
            } else {
                log.warn("upstream {}: {} can't be resolved; the addresses last known are kept", name(), missing);
            }
            unresolved = List.copyOf(missing);
        }
        if (changed(found)) {
            if (!servers.isEmpty()) {
                log.info("upstream {}: servers are now {}", name(), addresses(found));
            }
            servers = List.copyOf(found);
        }
    }

    private Server known(Server fresh) {
        return servers.stream().filter(fresh::sameAs).findFirst().orElse(fresh);
    }

    private boolean changed(List<Server> found) {
        return !addresses(found).equals(addresses(servers));
    }

    private static List<String> addresses(List<Server> servers) {
        return servers.stream()
                .map(server -> server.name() + "=" + server.address())
                .toList();
    }

    /** Connects to one of the servers. On {@code loop}. */
    public void connect(EventLoop loop, Connecting caller) {
        List<Server> inTurn = inTurn(System.nanoTime());
        if (inTurn.isEmpty()) {
            failed.increment();
            caller.unreachable();
        } else {
            attempt(loop, caller, inTurn, 0);
        }
    }

    /** All servers, each once, from the next in turn; those that are passed over come last. */
    private List<Server> inTurn(long now) {
        List<Server> all = servers;
        if (all.size() <= 1) {
            return all;
        }
        int first = Math.floorMod(turn.getAndIncrement(), all.size());
        List<Server> order = new ArrayList<>(all.size());
        List<Server> last = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Server server = all.get((first + i) % all.size());
            (server.worthTrying(now, settings.retryDownAfter().toNanos()) ? order : last).add(server);
        }
        order.addAll(last);
        return order;
    }

    private void attempt(EventLoop loop, Connecting caller, List<Server> inTurn, int index) {
        Server server = inTurn.get(index);
        SocketChannel socket;
        try {
            socket = transport.newSocket();
        } catch (RuntimeException noSocket) {
            // No descriptor left: our shortage, not the server's, and the next server would not help.
            failed.increment();
            log.debug("upstream {}: no socket", name(), noSocket);
            caller.unreachable();
            return;
        }
        socket.config().setConnectTimeoutMillis((int) settings.connectTimeout().toMillis());
        caller.prepare(socket, server.address());
        loop.register(socket);
        socket.connect(server.address()).addListener((ChannelFuture done) -> {
            if (!caller.wanted()) {
                socket.close();
            } else if (done.isSuccess()) {
                succeeded(server);
                caller.connected(socket);
            } else {
                boolean ours = failed(server, done.cause());
                caller.attemptFailed(socket);
                socket.close();
                if (!ours && index + 1 < inTurn.size()) {
                    attempt(loop, caller, inTurn, index + 1);
                } else {
                    caller.unreachable();
                }
            }
        });
    }

    private void succeeded(Server server) {
        connected.increment();
        if (server.markUp()) {
            log.info("upstream {}: server {} ({}) is up again", name(), server.name(), server.address());
        }
    }

    /** Notes a failure; true if it was for lack of something on this machine, which says nothing of the server. */
    private boolean failed(Server server, @Nullable Throwable cause) {
        failed.increment();
        // NIO says BindException or NoRouteToHostException, epoll ConnectException: the kernel's text is what they
        // share.
        if (cause instanceof BindException || String.valueOf(cause).contains("Cannot assign requested address")) {
            log.debug("upstream {}: no local address or port left for {}", name(), server.address(), cause);
            return true;
        }
        if (server.markDown(System.nanoTime())) {
            log.warn(
                    "upstream {}: server {} ({}) can't be connected, trying others for {}: {}",
                    name(),
                    server.name(),
                    server.address(),
                    settings.retryDownAfter(),
                    String.valueOf(cause));
        }
        return false;
    }

    /** The pool as it is now. Any thread. */
    public UpstreamView view() {
        List<UpstreamView.ServerView> views = new ArrayList<>();
        for (Server server : servers) {
            views.add(new UpstreamView.ServerView(
                    server.name().toString(),
                    server.address().getAddress().getHostAddress() + ":"
                            + server.address().getPort(),
                    !server.down()));
        }
        for (HostPort name : unresolved) {
            if (views.stream().noneMatch(view -> view.server().equals(name.toString()))) {
                views.add(new UpstreamView.ServerView(name.toString(), "unresolved", false));
            }
        }
        return new UpstreamView(name(), List.copyOf(views), connected.sum(), failed.sum());
    }
}
