package dev.spillway.bench.sim;

/**
 * What clients of one kind do. Has no state of its own: what it remembers of a client, the client keeps. Delays are
 * milliseconds.
 */
abstract class Behaviour {
    /** Nothing more will happen of itself. */
    static final long NEVER = Agenda.NEVER;

    /** The connection has done what it was made for, and ends in an orderly way. */
    static final long FINISHED = -1;

    /** More than anybody takes. */
    static final long ENDLESS = 1L << 40;

    private final String name;
    private final boolean honest;

    Behaviour(String name, boolean honest) {
        this.name = name;
        this.honest = honest;
    }

    final String label() {
        return name;
    }

    final boolean honest() {
        return honest;
    }

    /** What such a peer's window lets be sent to it without an answer, in bytes. */
    int inFlight() {
        return 0;
    }

    /** How long an answer takes to {@code client} and back, in milliseconds: 2 to 100. */
    int roundTrip(Client client) {
        return 2 + (int) (98 * (1 - client.line()));
    }

    /** The connection was made at {@code now}: how long until {@link #step}. */
    abstract long begin(SimulatedConnection connection, long now);

    /** How long until the next step, {@link #NEVER} or {@link #FINISHED}. */
    abstract long step(SimulatedConnection connection, long now, Memory memory);

    /** After its connection has ended in an orderly way: how long until it makes the next. */
    long pause(Client client) {
        return NEVER;
    }

    /** After its connection was reset, or it was not let in: how long until it tries again. */
    long retry(Client client) {
        return honest ? client.between(500, 1500) : NEVER;
    }

    /** A small message and its small answer; both pass at once, whatever memory there is. */
    static void exchange(SimulatedConnection connection, int request, int answer, long now) {
        pass(connection.fromClient(), request, now);
        pass(connection.toClient(), answer, now);
    }

    private static void pass(Flow flow, int bytes, long now) {
        for (long left = bytes; left > 0; ) {
            long put = flow.supply(left, now);
            long got = flow.take(left, now);
            if (put == 0 && got == 0) {
                return;
            }
            left -= put;
        }
        flow.take(ENDLESS, now);
    }

    /**
     * {@code bytes} pass from a source that always has more, to a sink that takes so many; of a body of {@code body} bytes.
     * Where the kernel has no memory left, two in a hundred do (measured for anything larger than a segment).
     *
     * @return how many of the body the source has sent
     */
    static long stream(Flow flow, long bytes, long body, long now, Memory memory) {
        long wanted = memory.kernelSpent() ? bytes / 50 : bytes;
        long sent = flow.supply(body, now);
        while (wanted > 0) {
            long got = flow.take(wanted, now);
            if (got == 0) {
                break;
            }
            wanted -= got;
            sent += flow.supply(body - sent, now);
        }
        return sent;
    }
}
