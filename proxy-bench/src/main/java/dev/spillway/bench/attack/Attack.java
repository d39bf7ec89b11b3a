package dev.spillway.bench.attack;

import dev.spillway.bench.load.Endpoints;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a hostile client does once it is connected. Each one that loses its connection comes back. */
public enum Attack {
    /** Asks for something large and never reads: its window closes after the first segment. */
    ZERO_WINDOW("asks for 64 MiB and never reads"),
    /** Says nothing at all. */
    SILENT_FLOOD("connects and says nothing"),
    /** Asks for something large and reads a few bytes a second, so that it looks alive. */
    SLOW_READER("asks for 64 MiB and reads 8 bytes a second"),
    /** Sends as much as it can to a server that takes little. */
    BIG_PUSH("sends as fast as it can to a server that takes 1 KiB a second"),
    /** Asks for something large, ends its own direction, and never reads. */
    HALF_CLOSE("asks for 64 MiB, ends its direction and never reads");

    private final String title;

    Attack(String title) {
        this.title = title;
    }

    /** The attacks whose names are {@code ids}, in their own order; all of them if there is none. */
    public static List<Attack> named(List<String> ids) {
        List<String> known = Arrays.stream(values()).map(Attack::id).toList();
        for (String id : ids) {
            if (!known.contains(id)) {
                throw new IllegalArgumentException(
                        "--attack: '" + id + "' (expected: one of " + String.join(", ", known) + ")");
            }
        }
        return Arrays.stream(values())
                .filter(attack -> ids.isEmpty() || ids.contains(attack.id()))
                .toList();
    }

    /** The word for the command line and the report: {@code zero-window} … */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What each client does, as the end of a sentence. */
    public String title() {
        return title;
    }

    /** Which of {@code endpoints} it goes to. */
    public InetSocketAddress target(Endpoints endpoints) {
        return switch (this) {
            case SILENT_FLOOD -> endpoints.echo();
            case BIG_PUSH -> endpoints.sink();
            case ZERO_WINDOW, SLOW_READER, HALF_CLOSE -> endpoints.source();
        };
    }

    /**
     * Connections the proxy may hold. A crowd that costs memory gets room for half as many more, so that memory is all
     * that is short. The silent one costs none; it is as large as the proxy's room, or it would be no attack.
     */
    int capacity(int clients) {
        return this == SILENT_FLOOD ? clients : clients + clients / 2;
    }

    /** Whether its clients leave unread what the proxy has for them. */
    boolean leavesUnread() {
        return this == ZERO_WINDOW || this == HALF_CLOSE;
    }
}
