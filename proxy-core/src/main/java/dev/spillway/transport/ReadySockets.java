package dev.spillway.transport;

/**
 * The bare sockets that one round of epoll has told of, in its order.
 *
 * <p><b>All are found before the first is told.</b> A round with traffic on hundreds of connections has dozens of events, and what belongs to
 * the next connection is not in the processor's caches: the system calls of the one before have seen to that. Found one
 * after the other between those, each waits for memory a dozen times. Found in a row, and with a look at what will be needed, the processor fetches for several
 * connections at a time.
 *
 * <p><b>Whoever was found is told, whatever befalls the others</b>: an event is told once by the kernel, and what is thrown here would end
 * the event loop. So nothing is allocated, and nothing that an owner throws gets out.
 *
 * <p>Owned by one event loop.
 */
final class ReadySockets {
    private final BareSocket[] sockets;
    private final int[] events;
    private int size;
    private int seen;

    /** For rounds of at most {@code most} events; should there be more, the first are told before the others are found. */
    ReadySockets(int most) {
        sockets = new BareSocket[most];
        events = new int[most];
    }

    /** To be told at the end of the round. */
    void add(BareSocket socket, int told) {
        if (size == sockets.length) {
            tell();
        }
        sockets[size] = socket;
        events[size++] = told;
    }

    /** Tells all of them, and forgets them. */
    void tell() {
        int found = size;
        size = 0;
        int look = seen;
        for (int i = 0; i < found; i++) {
            look += sockets[i].look();
        }
        seen = look;
        for (int i = 0; i < found; i++) {
            BareSocket socket = sockets[i];
            sockets[i] = null;
            socket.told(events[i]);
        }
    }
}
