package dev.spillway.bench.jmh;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.SourceGroup;
import dev.spillway.connection.WindowState;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Connections under attack: three quarters take nothing, an eighth trickles, the rest is honest and fast. */
final class Crowd {
    private static final long SECOND = 1_000_000_000L;
    private static final int FIXED_BYTES = 4000;

    private Crowd() {}

    /** So many {@code connections} from {@code sources}, in turn; the same ones for the same numbers. */
    static List<ConnectionFacts> of(int connections, int sources) {
        SplittableRandom random = new SplittableRandom(connections);
        Verdict verdict = new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 1);
        List<ConnectionFacts> crowd = new ArrayList<>(connections);
        for (int i = 0; i < connections; i++) {
            long age = random.nextLong(SECOND, 60 * SECOND);
            long waits = random.nextLong(20_000, 200_000);
            Progress progress = progress(i % 8, age, waits, random);
            crowd.add(new ConnectionFacts(
                    i + 1,
                    "web",
                    source(i % sources),
                    verdict,
                    Phase.RELAYING,
                    age,
                    progress.stalledNanos(),
                    progress,
                    new Cost(FIXED_BYTES, waits / 4, waits - waits / 4),
                    300,
                    i % 8 == 7 ? random.nextLong(1 << 20, 1 << 30) : waits + random.nextLong(1 << 16)));
        }
        return crowd;
    }

    private static Progress progress(int kind, long age, long waits, SplittableRandom random) {
        if (kind < 6) {
            return new Progress(age, age, waits, 0, WindowState.ZERO);
        }
        return kind == 6
                ? new Progress(random.nextLong(SECOND), age, waits, 10, WindowState.OPEN)
                : new Progress(random.nextLong(SECOND / 100), age, waits, 1e7, WindowState.OPEN);
    }

    /** Each connection has its own object, as in the proxy. */
    private static SourceGroup source(int number) {
        byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        try {
            return SourceGroup.of(InetAddress.getByAddress(address), 32, 64);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of four bytes", impossible);
        }
    }
}
