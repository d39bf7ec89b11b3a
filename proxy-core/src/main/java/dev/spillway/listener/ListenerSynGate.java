package dev.spillway.listener;

import dev.spillway.flood.KernelCounters;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.Steering;
import dev.spillway.syn.SynProgram;
import dev.spillway.transport.FilterRefused;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the SYN gate does at one listener in the kernel: the same program on each of its sockets, which share its address, or
 * a sinkhole beside them.
 * Any thread.
 */
public final class ListenerSynGate {
    private static final Consumer<FilterRefused> NOBODY = refused -> {};

    private final Listener listener;
    private final LongAdder dropped = new LongAdder();
    private volatile @Nullable String kind;

    ListenerSynGate(Listener listener) {
        this.listener = listener;
    }

    /** At which of its addresses newcomers may be kept out now; empty if at none, and it must have no program. */
    public Optional<Destinations> destinations() {
        return listener.exposure().destinations();
    }

    /**
     * Has every socket go by a program.
     *
     * @param counters the kernel's at this moment
     * @param refused told, on the event loop of each socket whose program the kernel refuses; the accept gate acts there
     * @return done when every socket does
     */
    public CompletableFuture<?> program(SynProgram program, KernelCounters counters, Consumer<FilterRefused> refused) {
        return each(filter -> filter.apply(program, counters, refused));
    }

    /** How a program for {@link #sink} is to be made now; empty if it has no socket. */
    public Optional<Steering> steering() {
        return listener.sockets().sink().steering();
    }

    /**
     * Has a sinkhole beside its sockets, and newcomers go there by a program.
     *
     * @param steering what the program was made for
     * @param refused told, on an event loop, if that can't be; the accept gate acts then
     * @return done when it is so
     */
    public CompletableFuture<?> sink(Steering steering, SynProgram program, Consumer<FilterRefused> refused) {
        return listener.sockets().sink().apply(steering, program, refused);
    }

    /**
     * Takes the program from every socket, and the sinkhole away.
     *
     * @return done when there is none
     */
    public CompletableFuture<?> open() {
        return CompletableFuture.allOf(
                each(filter -> filter.apply(null, KernelCounters.NONE, NOBODY)),
                listener.sockets().sink().open());
    }

    private CompletableFuture<?> each(Function<SynFilter, CompletableFuture<?>> step) {
        return CompletableFuture.allOf(
                listener.sockets().filters().stream().map(step).toArray(CompletableFuture[]::new));
    }

    /** Has each socket count what was dropped there, with the kernel's counters as they are now. */
    public void count(KernelCounters counters) {
        listener.sockets().filters().forEach(filter -> filter.count(counters));
        listener.sockets().sink().count();
    }

    /** The programs there are now, one for each socket that has one, or one for all. */
    public List<SynProgram> programs() {
        ListeningSockets sockets = listener.sockets();
        return Stream.concat(
                        sockets.filters().stream().flatMap(filter -> Stream.ofNullable(filter.attached())),
                        Stream.ofNullable(sockets.sink().attached()))
                .toList();
    }

    void dropped(long more) {
        dropped.add(more);
        listener.shared().synsDropped().add(more);
    }

    /** SYNs dropped so far, those that a client sent again included. */
    public long dropped() {
        return dropped.sum();
    }

    /** Says which gate keeps newcomers out here, if it is not the accept gate. */
    public void kind(Optional<String> gate) {
        kind = gate.orElse(null);
    }

    /** Which gate keeps newcomers out here, if it is not the accept gate on any socket. */
    Optional<String> kind() {
        return Optional.ofNullable(kind)
                .filter(gate -> listener.sockets().filters().stream().noneMatch(SynFilter::refused)
                        && !listener.sockets().sink().refused());
    }
}
