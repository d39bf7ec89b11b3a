package dev.spillway.bench.measure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Connections as the kernel lists them, in {@code /proc/net/tcp}: IPv4 only. */
public final class Established {
    private static final Path TABLE = Path.of("/proc/net/tcp");
    private static final String ESTABLISHED = "01";

    private Established() {}

    /** Established connections that somebody has to {@code listener}'s port, counted at the listener's end. */
    public static long at(InetSocketAddress listener) throws IOException {
        return in(Files.readString(TABLE), listener.getPort());
    }

    /** Those of local port {@code port} in the text of a {@code /proc/net/tcp}. */
    static long in(String table, int port) {
        String local = String.format(":%04X", port);
        return table.lines()
                .skip(1)
                .map(line -> line.trim().split(" +"))
                .filter(fields -> fields.length > 3 && fields[1].endsWith(local) && fields[3].equals(ESTABLISHED))
                .count();
    }
}
