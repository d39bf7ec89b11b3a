package dev.spillway.listener;

import dev.spillway.limit.Offender;
import dev.spillway.limit.Offenders;
import dev.spillway.limit.RateLimitEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All listeners there are, and the sockets that were given up and are not closed yet. Owns them. Changed by an {@link
 * Arrangement}, one at a time; asked by any thread.
 */
public final class Listeners {
    /** Sockets given up live some seconds; with more of them than this, the oldest are closed at once. */
    private static final int MOST_RETIRING = 64;

    /** How long is waited for event loops to hear that sockets are given up. */
    private static final long RETIRE_MILLIS = 1_000;

    private final Listener.Shared shared;
    private final Queue<Retiring> retiring = new ConcurrentLinkedQueue<>();
    private volatile List<Listener> current = List.of();

    private record Retiring(Listener listener, ListeningSockets sockets) {}

    /** None yet. */
    public Listeners(Listener.Shared shared) {
        this.shared = shared;
    }

    /** Those there are, in the order of the configuration. */
    public List<Listener> all() {
        return current;
    }

    /** Those there are, and those whose sockets still take what the kernel has for them. */
    public List<Listener> guarded() {
        dropClosed();
        List<Listener> all = new ArrayList<>(current);
        retiring.forEach(each -> {
            if (!all.contains(each.listener())) {
                all.add(each.listener());
            }
        });
        return all;
    }

    /**
     * What there is to tell of their connection rate limits, each once. To be asked now and then, by one thread.
     *
     * @param now a {@code System.nanoTime()}
     */
    public List<RateLimitEvent> tellRateLimits(long now) {
        return guarded().stream()
                .flatMap(listener -> listener.rateGuard().tell(now).stream())
                .toList();
    }

    /**
     * The sources whose eligible newcomers are refused most by limits of their own, of each listener ({@link Listener#offenders}).
     *
     * @param now a {@code System.nanoTime()}
     */
    public List<Offender> offenders(long now) {
        return guarded().stream()
                .flatMap(listener -> listener.offenders(now, Offenders.LEAST_REFUSALS).stream())
                .toList();
    }

    /** Has each of their sockets looked at, soon, on its event loop. Cheap; not to be asked more than some times a second. */
    public void look() {
        current.forEach(listener -> listener.sockets().look());
        retiring.forEach(each -> each.sockets().look());
    }

    /** What the kernel holds for each that was looked at, by name, in the order of the configuration. */
    public Map<String, AcceptQueue> queues() {
        Map<String, AcceptQueue> queues = new LinkedHashMap<>();
        current.forEach(listener -> listener.queue().ifPresent(queue -> queues.put(listener.name(), queue)));
        return queues;
    }

    /** What each asks the kernel to hold for it at most, by name, in the order of the configuration. */
    public Map<String, Integer> backlogs() {
        Map<String, Integer> backlogs = new LinkedHashMap<>();
        current.forEach(
                listener -> backlogs.put(listener.name(), listener.settings().backlog()));
        return backlogs;
    }

    /** SYNs that sinkholes dropped so far, of all listeners there ever were: so many of the kernel's drops are on purpose. */
    public long sunk() {
        return shared.sunk().sum();
    }

    /** Whether one of them keeps newcomers out or waiting now: its queue is then not emptied as fast as it could be. */
    public boolean keepOut() {
        return current.stream()
                .anyMatch(listener ->
                        listener.synDropRate() > 0 || !listener.sockets().accepting());
    }

    /** Begins to accept, on every socket that does not yet. */
    public void open() {
        current.forEach(listener -> listener.sockets().open());
    }

    /** Has every socket look again at the policy, which has changed. */
    public void conform() {
        guarded().forEach(listener -> listener.sockets().conform());
        retiring.forEach(each -> each.sockets().conform());
    }

    /** Closes all sockets and waits until they are closed; connections that were admitted go on. */
    public void close() {
        current.forEach(listener -> listener.sockets().close());
        closeRetiring();
    }

    Listener.Shared shared() {
        return shared;
    }

    void publish(List<Listener> next) {
        current = List.copyOf(next);
    }

    /** Sockets that were given up and are open still. */
    List<ListeningSockets> retiring() {
        dropClosed();
        return retiring.stream().map(Retiring::sockets).toList();
    }

    void closeRetiring() {
        retiring().forEach(ListeningSockets::close);
        dropClosed();
    }

    private void dropClosed() {
        retiring.removeIf(each -> each.sockets().closed());
    }

    /** Gives sockets up, and waits until they answer no more newcomers, as far as that is soon. */
    void retire(Map<ListeningSockets, Listener> leaving) {
        List<CompletableFuture<@Nullable Void>> deaf = new ArrayList<>();
        leaving.forEach((sockets, listener) -> {
            retiring.add(new Retiring(listener, sockets));
            deaf.addAll(sockets.retire());
        });
        CompletableFuture.allOf(deaf.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, RETIRE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        dropClosed();
        while (retiring.size() > MOST_RETIRING) {
            retiring.remove().sockets().close();
        }
    }
}
