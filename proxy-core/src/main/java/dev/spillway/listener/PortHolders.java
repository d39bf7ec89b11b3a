package dev.spillway.listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who listens at a port, as Linux tells in {@code /proc/self/net/tcp} and {@code tcp6}: needed where a trial bind can't
 * tell, because a socket of our own is in its way.
 */
final class PortHolders {
    private static final Path FOLDER = Path.of("/proc/self");
    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortHolders() {}

    /**
     * The first listening socket at {@code address}, or one that overlaps it, that is not ours.
     *
     * @param own descriptors of ours
     * @return where it listens; empty if there is none, or the system does not tell
     */
    static Optional<InetSocketAddress> stranger(InetSocketAddress address, Collection<Integer> own) {
        Set<String> inodes = own.stream().flatMap(PortHolders::inode).collect(Collectors.toSet());
        return Stream.of("tcp", "tcp6")
                .flatMap(table -> rows(FOLDER.resolve("net").resolve(table)))
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length > INODE && !inodes.contains(row[INODE]))
                .map(row -> local(row[LOCAL]))
                .filter(local -> ListeningSockets.overlap(local, address))
                .findFirst();
    }

    /** {@code socket:[4711]} is what the link of a socket's descriptor says. */
    private static Stream<String> inode(int descriptor) {
        try {
            String link =
                    Files.readSymbolicLink(FOLDER.resolve("fd/" + descriptor)).toString();
            return Stream.of(link.replaceAll("\\D", ""));
        } catch (IOException gone) {
            return Stream.empty();
        }
    }

    /** The listening sockets: the kernel lists them before all others, which can be many thousands. */
    private static Stream<String> rows(Path table) {
        try (Stream<String> lines = Files.lines(table, StandardCharsets.US_ASCII)) {
            return lines
                    .skip(1)
                    .takeWhile(
                            line -> line.strip().split("\\s+", STATE + 2)[STATE].equals(LISTENING))
                    .toList()
                    .stream();
        } catch (IOException | UncheckedIOException notTold) {
            return Stream.empty();
        }
    }

    /** {@code 0100007F:1F90}: words of four bytes, each in the machine's order, then the port. */
    static InetSocketAddress local(String hex) {
        int colon = hex.indexOf(':');
        byte[] bytes = new byte[colon / 2];
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < bytes.length; i++) {
            int from = little ? (i & ~3) + 3 - (i & 3) : i;
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * from, 2 * from + 2), 16);
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bytes), Integer.parseInt(hex.substring(colon + 1), 16));
        } catch (IOException impossible) {
            throw new IllegalArgumentException(hex + " (expected: 8 or 32 digits, a colon and a port)", impossible);
        }
    }
}
