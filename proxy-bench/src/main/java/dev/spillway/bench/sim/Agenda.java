package dev.spillway.bench.sim;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who acts when: a list of clients for each millisecond of a run. A client is in it once at most. */
final class Agenda {
    /** No time of any run. */
    static final long NEVER = Long.MAX_VALUE;

    private final @Nullable Client[] heads;

    /** An agenda of {@code length} milliseconds. */
    Agenda(int length) {
        heads = new @Nullable Client[length];
    }

    /** Has {@code client} act at {@code time}, and at no other; a time beyond the end means never. */
    void put(Client client, long time) {
        remove(client);
        if (time < heads.length) {
            Client head = heads[(int) time];
            client.due = time;
            client.later = head;
            client.earlier = null;
            if (head != null) {
                head.earlier = client;
            }
            heads[(int) time] = client;
        }
    }

    /** Has {@code client} act no more. */
    void remove(Client client) {
        if (client.due == NEVER) {
            return;
        }
        Client before = client.earlier;
        Client after = client.later;
        if (before != null) {
            before.later = after;
        } else {
            heads[(int) client.due] = after;
        }
        if (after != null) {
            after.earlier = before;
        }
        client.earlier = null;
        client.later = null;
        client.due = NEVER;
    }

    /** Takes everybody who is due at {@code now} out and hands them over; who is put in again must be due later. */
    void due(long now, Consumer<Client> action) {
        for (Client client = heads[(int) now]; client != null; client = heads[(int) now]) {
            remove(client);
            action.accept(client);
        }
    }
}
