package dev.spillway.network;

import dev.spillway.limit.LogPace;
import dev.spillway.transport.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses behind the controllers' names. The system's look-up blocks, so it is made on a thread that is there only
 * while there is something to look up; all else happens on the owner's thread. A look-up that fails keeps the last answer.
 * One that hangs keeps the others of its round waiting, but no probe: those use what is known.
 */
final class ControllerNames implements AutoCloseable {
    /** The addresses of one name that are used; the name of a large domain stands for all of its controllers. */
    static final int MOST_ADDRESSES = 16;

    private static final Logger log = LoggerFactory.getLogger(ControllerNames.class);

    private final Service service;
    private final Executor owner;
    private final Runnable answered;
    private final LongSupplier ticks;
    private final LogPace failures = new LogPace(TimeUnit.SECONDS.toNanos(60));
    private final LogPace excesses = new LogPace(TimeUnit.MINUTES.toNanos(60));
    private final ThreadPoolExecutor thread;
    private List<HostPort> controllers = List.of();
    private Map<HostPort, List<InetAddress>> known = new HashMap<>();
    private boolean asking;
    private boolean askAgain;

    /** Looks a name up, or reads a literal address; may block for names. */
    interface Service {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    /**
     * @param owner runs tasks on the owner's thread; may refuse when it is closed
     * @param answered called on the owner's thread when a round is done
     */
    ControllerNames(Service service, Executor owner, Runnable answered, LongSupplier ticks) {
        this.service = service;
        this.owner = owner;
        this.answered = answered;
        this.ticks = ticks;
        this.thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), task -> {
            Thread created = new Thread(task, "spillway-network-names");
            created.setDaemon(true);
            return created;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Takes over which controllers there are; literal addresses are known at once, names after {@link #ask}. */
    void controllers(List<HostPort> now) {
        controllers = now;
        Map<HostPort, List<InetAddress>> kept = new HashMap<>();
        for (HostPort controller : now) {
            List<InetAddress> before = known.get(controller);
            if (before != null) {
                kept.put(controller, before);
            } else if (fixed(controller)) {
                List<InetAddress> literal = look(controller);
                if (!literal.isEmpty()) {
                    kept.put(controller, literal);
                }
            }
        }
        known = kept;
    }

    /** Whether it is an address for good; what a scope stands for changes with the interfaces. */
    private static boolean fixed(HostPort controller) {
        return controller.literal() && controller.host().indexOf('%') < 0;
    }

    /** Looks all names up, in the background; if that is under way already, once more after it. */
    void ask() {
        List<HostPort> names = controllers.stream().filter(name -> !fixed(name)).toList();
        if (asking) {
            askAgain = true;
        } else if (!names.isEmpty()) {
            asking = true;
            thread.execute(() -> {
                Map<HostPort, List<InetAddress>> found = new HashMap<>();
                try {
                    names.forEach(name -> found.put(name, look(name)));
                } finally {
                    owner.execute(() -> take(found));
                }
            });
        }
    }

    private void take(Map<HostPort, List<InetAddress>> found) {
        asking = false;
        found.forEach((name, addresses) -> {
            if (controllers.contains(name) && !addresses.isEmpty()) {
                known.put(name, addresses);
            }
        });
        if (askAgain) {
            askAgain = false;
            ask();
        }
        answered.run();
    }

    private List<InetAddress> look(HostPort controller) {
        try {
            List<InetAddress> all = Arrays.stream(service.lookUp(controller.host()))
                    .map(LocalAddress::plain)
                    .distinct()
                    .toList();
            if (all.size() > MOST_ADDRESSES && excesses.occasion(ticks.getAsLong()) > 0) {
                log.warn(
                        "network: domain controller {} stands for {} addresses; the first {} are asked",
                        controller,
                        all.size(),
                        MOST_ADDRESSES);
            }
            return all.stream().limit(MOST_ADDRESSES).toList();
        } catch (UnknownHostException | RuntimeException failure) {
            long times = failures.occasion(ticks.getAsLong());
            if (times > 0) {
                log.warn(
                        "network: domain controller {} can't be looked up: {} ({} failures since the last line)",
                        controller,
                        failure.toString(),
                        times);
            }
            return List.of();
        }
    }

    /** Whether a look-up is under way. */
    boolean asking() {
        return asking;
    }

    /** What is known now: by controller in the order of the settings. */
    List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        for (HostPort controller : controllers) {
            for (InetAddress address : known.getOrDefault(controller, List.of())) {
                targets.add(new Target(controller, new InetSocketAddress(address, controller.port())));
            }
        }
        return targets;
    }

    /** Ends the thread, unless it hangs in a look-up: then it ends with that, and keeps no program from ending. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
