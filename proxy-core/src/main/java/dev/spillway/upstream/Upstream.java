package dev.spillway.upstream;

import dev.spillway.limit.LogPace;
import dev.spillway.transport.HostPort;
import dev.spillway.transport.TcpSocket;
import dev.spillway.transport.Transport;
import io.netty.channel.EventLoop;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

    private final Transport transport;
    private final AtomicInteger turn = new AtomicInteger();
    private final LongAdder connected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LogPace shortages = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private volatile UpstreamSettings settings;
    private volatile List<Server> servers = List.of();
    private volatile List<HostPort> unresolved = List.of();
    private volatile boolean clientsSpeakFirst;

    /** What a look-up of the servers of some settings brought. */
    record Found(UpstreamSettings settings, List<Server> servers, List<HostPort> missing) {}

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
        void prepare(TcpSocket attempt, InetSocketAddress address);

        /** The attempt failed; another one may follow. The socket is closed after this. */
        void attemptFailed(TcpSocket attempt);

        /** The socket is connected, and the caller's from now on. */
        void connected(TcpSocket socket);

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

    /** Whether a client is likely to have spoken when its server is connected: the last one had. Any thread. */
    public boolean clientsSpeakFirst() {
        return clientsSpeakFirst;
    }

    /** Notes whether a client had spoken when its server was connected. Any thread. */
    public void clientsSpeakFirst(boolean spoke) {
        // All event loops read it for each connection; few find it changed.
        if (clientsSpeakFirst != spoke) {
            clientsSpeakFirst = spoke;
        }
    }

    /** Looks the servers' names up. May block: never on an event loop. */
    public void resolve() {
        Found found = lookUp(settings);
        synchronized (this) {
            // Settings that came meanwhile brought their own.
            if (found.settings() == settings) {
                publish(found);
            }
        }
    }

    /** What {@link #follow} has to be told for these settings; changes nothing. May block to look up servers that are new. */
    Found prepare(UpstreamSettings next) {
        return sameServers(next) ? new Found(next, servers, unresolved) : lookUp(next);
    }

    private boolean sameServers(UpstreamSettings next) {
        return !servers.isEmpty() && next.servers().equals(settings.servers());
    }

    private Found lookUp(UpstreamSettings next) {
        List<Server> found = new ArrayList<>();
        List<HostPort> missing = new ArrayList<>();
        for (HostPort server : next.servers()) {
            try {
                for (InetAddress address : InetAddress.getAllByName(server.host())) {
                    found.add(known(new Server(server, new InetSocketAddress(address, server.port()))));
                }
            } catch (UnknownHostException unknown) {
                missing.add(server);
                servers.stream().filter(old -> old.name().equals(server)).forEach(found::add);
            }
        }
        return new Found(next, List.copyOf(found), List.copyOf(missing));
    }

    /**
     * Goes by other settings, and what was found of their servers, from the next connection on. Servers that stay keep
     * their marks, and the pool its counts; connections under way go on as they began.
     */
    synchronized void follow(Found found) {
        // If the servers are the same, the resolver may have found out something newer about them meanwhile.
        boolean others = !sameServers(found.settings());
        settings = found.settings();
        if (others) {
            publish(found);
            // One that is listed twice now, or in another place, is no news but counts.
            servers = found.servers();
        }
    }

    private void publish(Found found) {
        List<HostPort> missing = found.missing();
        if (!missing.equals(unresolved)) {
            if (missing.isEmpty()) {
                log.info("upstream {}: every server's name resolves again", name());
            } else {
                log.warn("upstream {}: {} can't be resolved; the addresses last known are kept", name(), missing);
            }
            unresolved = missing;
        }
        if (changed(found.servers())) {
            if (!servers.isEmpty()) {
                log.info("upstream {}: servers are now {}", name(), addresses(found.servers()));
            }
            servers = found.servers();
        }
    }

    private Server known(Server fresh) {
        return servers.stream().filter(fresh::sameAs).findFirst().orElse(fresh);
    }

    private boolean changed(List<Server> found) {
        // In which order a name service gives them is not news.
        return !Set.copyOf(addresses(found)).equals(Set.copyOf(addresses(servers)));
    }

    private static List<String> addresses(List<Server> servers) {
        return servers.stream()
                .map(server -> server.name() + "=" + server.address())
                .toList();
    }

    /**
     * Connects to one of the servers. On {@code loop}.
     *
     * @return how long it can take when every server is tried and none answers, and one to spare, in nanoseconds
     */
    public long connect(EventLoop loop, Connecting caller) {
        UpstreamSettings now = settings;
        List<Server> inTurn = inTurn(now, System.nanoTime());
        if (inTurn.isEmpty()) {
            failed.increment();
            caller.unreachable();
        } else {
            attempt(new Attempts(loop, caller, now, inTurn), 0);
        }
        return now.connectTimeout().toNanos() * (inTurn.size() + 1);
    }

    /** One caller's way through the servers, by the settings it began with. */
    private record Attempts(EventLoop loop, Connecting caller, UpstreamSettings settings, List<Server> inTurn) {}

    /** All servers, each once, from the next in turn; those that are passed over come last. */
    private List<Server> inTurn(UpstreamSettings settings, long now) {
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

    private void attempt(Attempts attempts, int index) {
        Server server = attempts.inTurn().get(index);
        Connecting caller = attempts.caller();
        TcpSocket socket = null;
        try {
            socket = transport.newSocket(server.address().getAddress());
            caller.prepare(socket, server.address());
        } catch (RuntimeException shortage) {
            // No descriptor left, as a rule: our shortage, not the server's, and the next server would not help.
            if (socket != null) {
                socket.close();
            }
            failed.increment();
            if (String.valueOf(shortage).contains(Transport.NO_FAMILY)
                    && index + 1 < attempts.inTurn().size()) {
                attempt(attempts, index + 1);
                return;
            }
            fallShort("no socket", shortage);
            caller.unreachable();
            return;
        }
        if (!caller.wanted()) {
            // To make room for this attempt whoever wanted it has gone.
            socket.close();
            return;
        }
        TcpSocket attempted = socket;
        socket.connect(
                attempts.loop(),
                server.address(),
                (int) attempts.settings().connectTimeout().toMillis(),
                failure -> attempted(attempts, index, attempted, failure));
    }

    private void attempted(Attempts attempts, int index, TcpSocket socket, @Nullable Throwable failure) {
        Server server = attempts.inTurn().get(index);
        Connecting caller = attempts.caller();
        if (!caller.wanted()) {
            socket.close();
        } else if (failure == null) {
            succeeded(server);
            caller.connected(socket);
        } else {
            boolean ours = failed(server, failure);
            caller.attemptFailed(socket);
            socket.close();
            boolean noIpv6 = server.address().getAddress() instanceof Inet6Address;
            if ((!ours || noIpv6) && index + 1 < attempts.inTurn().size()) {
                attempt(attempts, index + 1);
            } else {
                caller.unreachable();
            }
        }
    }

    private void succeeded(Server server) {
        connected.increment();
        if (server.markUp()) {
            long changes = server.changes(System.nanoTime());
            if (changes > 0) {
                log.info(
                        "upstream {}: server {} ({}) is up again (changes since the last line: {})",
                        name(),
                        server.name(),
                        server.address(),
                        changes);
            }
        }
    }

    /** Notes a failure; true if it was for lack of something on this machine, which says nothing of the server. */
    private boolean failed(Server server, Throwable cause) {
        failed.increment();
        // NIO says BindException or NoRouteToHostException, epoll ConnectException: the kernel's text is what they
        // share.
        if (cause instanceof BindException || String.valueOf(cause).contains("Cannot assign requested address")) {
            fallShort("no local address or port", cause);
            return true;
        }
        long now = System.nanoTime();
        if (server.markDown(now)) {
            long changes = server.changes(now);
            if (changes > 0) {
                log.warn(
                        "upstream {}: server {} ({}) can't be connected, trying others for {} ms (changes since the last"
                                + " line: {}): {}",
                        name(),
                        server.name(),
                        server.address(),
                        settings.retryDownAfter().toMillis(),
                        changes,
                        String.valueOf(cause));
            }
        }
        return false;
    }

    private void fallShort(String what, Throwable cause) {
        long times = shortages.occasion(System.nanoTime());
        if (times > 0) {
            log.warn(
                    "upstream {}: {} left on this machine to connect with ({} times since the last line): {}",
                    name(),
                    what,
                    times,
                    String.valueOf(cause));
        }
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
