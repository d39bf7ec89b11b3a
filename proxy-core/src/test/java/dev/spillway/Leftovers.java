package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Closes what a test has opened, the last first, and looks at what a proxy leaves behind. */
final class Leftovers {
    private Leftovers() {}

    /** Whatever a test has done to a proxy: of its sockets none is counted in the descriptor reserve when it is closed. */
    static void close(List<? extends AutoCloseable> open) throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        for (AutoCloseable each : open) {
            if (each instanceof Proxy proxy) {
                assertThat(proxy.transportInUse().reserve().sockets())
                        .as("sockets in the descriptor reserve of a proxy that is closed")
                        .isZero();
                assertThat(proxy.relays().lostEvents())
                        .as("events that were lost")
                        .isZero();
            }
        }
    }
}
