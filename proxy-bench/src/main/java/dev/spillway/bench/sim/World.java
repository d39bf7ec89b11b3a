package dev.spillway.bench.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Clients, their connections and the memory they take, in steps of a millisecond.
 *
 * <p><b>What is assumed.</b> A direction of a connection holds at most a receive queue, one buffer and a send queue; the relay moves bytes between them
 * without delay, and what an event loop's turn takes is in the 1 to 5 ms after which a close has effect. A server sends as fast as there is room; an
 * attacker fills all room there is within 60 ms of its accept. Kernel memory is five quarters of the payload. When the kernel has none left, exchanges of a segment go
 * on and all larger ones fall to a fiftieth; when the budget is spent, a stalled direction gets a spare. A newcomer that is dropped tries again
 * after 1 s, as TCP does; an honest client that was reset comes back after 0.5 to 1.5 s and starts anew. Heap that was given back shows with the next
 * collection ({@link Heap}).
 */
final class World {
    /** How a connection was ended. */
    interface Endings {
        /** A close that the engine asked for has had its effect; {@code wasOpen} unless it had ended by itself meanwhile. */
        void pruned(SimulatedConnection connection, boolean wasOpen, long now);
    }

    private static final long RETRANSMISSION = 1000;
    private static final int SHORTEST_CLOSE = 1;
    private static final int LONGEST_CLOSE = 5;

    private final Memory memory;
    private final Agenda agenda;
    private final SplittableRandom random;
    private final List<Client> clients = new ArrayList<>();
    private final List<SimulatedConnection> live = new ArrayList<>();
    private final Map<Long, SimulatedConnection> byId = new HashMap<>();
    private final List<List<SimulatedConnection>> closings = new ArrayList<>();
    private final Heap heap;
    private final Sampler sampler = new Sampler();
    private Endings endings = (connection, wasOpen, now) -> {};
    private Consumer<SimulatedConnection> accepted = connection -> {};
    private double synDrop;
    private long ids;
    private long endedUseful;

    /** A world of {@code populations}, which does the same again for the same seed. */
    World(List<Population> populations, Limits limits, int milliseconds, long seed) {
        this.memory = new Memory(limits);
        this.agenda = new Agenda(milliseconds);
        this.random = new SplittableRandom(seed);
        this.heap = new Heap(memory, new SplittableRandom(seed + 1));
        for (int i = 0; i <= LONGEST_CLOSE; i++) {
            closings.add(new ArrayList<>());
        }
        for (int number = 0; number < populations.size(); number++) {
            populate(populations.get(number), number, seed);
        }
    }

    private void populate(Population population, int number, long seed) {
        SplittableRandom seeds = new SplittableRandom(seed * 1_000 + number);
        for (int i = 0; i < population.count(); i++) {
            Client client = new Client(population, population.sources().of(number, i), seeds.split());
            clients.add(client);
            agenda.put(client, population.from() + client.between(0, population.over()));
        }
    }

    void tellOfEndings(Endings listener) {
        endings = listener;
    }

    void tellOfAccepts(Consumer<SimulatedConnection> listener) {
        accepted = listener;
    }

    /** Everything that happens in the millisecond {@code now}. */
    void step(long now) {
        List<SimulatedConnection> due = closings.get((int) (now % closings.size()));
        for (SimulatedConnection connection : due) {
            boolean wasOpen = connection.open();
            if (wasOpen) {
                end(connection);
                again(
                        connection.client(),
                        now,
                        connection.client().population().behaviour().retry(connection.client()));
            }
            endings.pruned(connection, wasOpen, now);
        }
        due.clear();
        heap.step(now);
        agenda.due(now, client -> act(client, now));
    }

    private void act(Client client, long now) {
        Behaviour behaviour = client.population().behaviour();
        SimulatedConnection connection = client.connection();
        if (connection == null) {
            accept(client, now);
            return;
        }
        long delay = behaviour.step(connection, now, memory);
        if (delay == Behaviour.FINISHED) {
            end(connection);
            again(client, now, behaviour.pause(client));
        } else {
            again(client, now, delay);
        }
    }

    private void accept(Client client, long now) {
        boolean eligible = client.verdict().eligible();
        boolean dropped = eligible && synDrop > 0 && random.nextDouble() < synDrop;
        if (dropped || memory.connections() >= memory.limits().connections()) {
            again(client, now, RETRANSMISSION);
            return;
        }
        SimulatedConnection connection = new SimulatedConnection(++ids, client, memory, now, sampler::stirred);
        sampler.add(connection, now);
        connection.place(live.size());
        live.add(connection);
        byId.put(connection.id(), connection);
        memory.opened();
        client.connected(connection);
        again(client, now, client.population().behaviour().begin(connection, now));
        accepted.accept(connection);
    }

    private void again(Client client, long now, long delay) {
        if (delay == Behaviour.NEVER) {
            agenda.remove(client);
        } else {
            agenda.put(client, now + Math.max(1, delay));
        }
    }

    private void end(SimulatedConnection connection) {
        if (connection.client().honest()) {
            endedUseful += connection.useful();
        }
        sampler.remove(connection);
        connection.drop();
        connection.client().disconnected();
        byId.remove(connection.id());
        SimulatedConnection last = live.remove(live.size() - 1);
        if (last != connection) {
            last.place(connection.place());
            live.set(connection.place(), last);
        }
        memory.closed();
    }

    /** Has connection {@code id}, which is open, reset a little later than {@code now}. */
    void prune(long id, long now) {
        SimulatedConnection connection = Objects.requireNonNull(byId.get(id), "open");
        connection.closing();
        long at = now + random.nextInt(SHORTEST_CLOSE, LONGEST_CLOSE + 1);
        closings.get((int) (at % closings.size())).add(connection);
    }

    void synDrop(double rate) {
        synDrop = rate;
    }

    Memory memory() {
        return memory;
    }

    Sampler sampler() {
        return sampler;
    }

    Heap heap() {
        return heap;
    }

    /** The connections there are, in no order that means anything. */
    List<SimulatedConnection> live() {
        return live;
    }

    /** Bytes that honest clients and their servers have got so far; those of a body that was cut short are not counted. */
    long honestBytes() {
        long bytes = endedUseful;
        for (SimulatedConnection connection : live) {
            if (connection.client().honest()) {
                bytes += connection.useful();
            }
        }
        return bytes;
    }
}
