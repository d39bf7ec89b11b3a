package dev.spillway.transport;

/**
 * The bare sockets that one round of epoll has told of, in its order.
 *
 * <p><b>All are found before the first is told.</b> A round with traffic on hundreds of connections has dozens of events, and what belongs to
 * the next connection is not in the processor's caches: the system calls of the one before have seen to that. Found one
 * after the other between those, each waits for memory a dozen times. Found in a row, the processor fetches for several
 * connections at a time. <b>And a few are looked at before the first of them is told</b>, for the same reason; all of a large round would
 * have driven each other out again before their turn comes.
 *
 * <p><b>Whoever was found is told, whatever befalls the others</b>: an event is told once by the kernel, and what is thrown here would end
 * the event loop. So nothing is allocated, and nothing that an owner throws gets out.
 *
 * <p>Owned by one event loop.
 */
final class ReadySockets {
    /**
     * Some, so that the processor fetches for several at a time, and not all, so that the system calls for the first of them leave what was
     * fetched for the last where it is. How many matters little (docs/decisions.md, 80).
     */
    static final int LOOKED_AT_ONCE = 16;

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
        for (int from = 0; from < found; from += LOOKED_AT_ONCE) {
            int to = Math.min(found, from + LOOKED_AT_ONCE);
            look(from, to);
            for (int i = from; i < to; i++) {
                BareSocket socket = sockets[i];
                sockets[i] = null;
                socket.told(events[i]);
            }
        }
    }

    private void look(int from, int to) {
        int look = seen;
        for (int i = from; i < to; i++) {
            look += sockets[i].look();
        }
        seen = look;
    }
}
