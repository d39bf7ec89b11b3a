package dev.spillway.bench.attack;

/**
 * What honest clients of one kind do: exchanges with the echo service, request and response of one size, at a pace. The
 * pace is fixed because a client that asks as fast as it is answered would measure what processor time the crowds leave;
 * one with a pace shows what an attack takes away.
 *
 * @param id for the report
 * @param bytes of a request and of its response; at least 8
 * @param fresh whether each exchange has a connection of its own
 * @param clients how many; few where exchanges are large, since a stalled one still gets a segment through in each of
 *     the kernel's retries (a fifth of a second), and many clients together would hide that
 * @param perSecond exchanges a second of each client
 */
public record Service(String id, int bytes, boolean fresh, int clients, int perSecond) {
    static final Service SMALL_OLD = new Service("512B-old", 512, false, 4, 100);
    static final Service SMALL_NEW = new Service("512B-new", 512, true, 4, 50);
    static final Service LARGE_OLD = new Service("64KiB-old", 64 * 1024, false, 1, 400);
    static final Service LARGE_NEW = new Service("64KiB-new", 64 * 1024, true, 1, 400);

    /** Connections that live from the first phase to the last and only say that they do. */
    static final Service LONG_LIVED = new Service("long-lived", 64, false, 100, 1);

    /** Time from one exchange of a client to its next. */
    long paceNanos() {
        return 1_000_000_000L / perSecond;
    }
}
