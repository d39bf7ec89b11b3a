package dev.spillway.bench.measure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Connections as the kernel lists them, in {@code /proc/net/tcp} and {@code tcp6}: a socket of the second kind also takes
 * IPv4, and a program may use it for nothing else.
 */
public final class Established {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String ESTABLISHED = "01";

    private Established() {}

    /** Established connections that somebody has to {@code listener}'s port, counted at the listener's end. */
    public static long at(InetSocketAddress listener) throws IOException {
        long sum = 0;
        for (Path table : TABLES) {
            sum += Files.exists(table) ? in(Files.readString(table), listener.getPort()) : 0;
        }
        return sum;
    }

    /** Those of local port {@code port} in the text of such a table. */
    static long in(String table, int port) {
        String local = String.format(":%04X", port);
        return table.lines()
                .skip(1)
                .map(line -> line.trim().split(" +"))
                .filter(fields -> fields.length > 3 && fields[1].endsWith(local) && fields[3].equals(ESTABLISHED))
                .count();
    }
}
