package dev.spillway.syngate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code ListenDrops} of {@code /proc/net/netstat}: newcomers that the kernel could not take, at all listeners of the network
 * namespace, for want of room in a queue as a rule. The file stays open; a reading takes 30 µs. Any thread.
 */
final class ListenDrops implements AutoCloseable {
    private static final String GROUP = "TcpExt:";
    private static final String NAME = "ListenDrops";

    /** Twice what the file has today. */
    private static final int MOST_BYTES = 16 << 10;

    private static final Logger log = LoggerFactory.getLogger(ListenDrops.class);

    private final @Nullable FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
    private long last;

    ListenDrops(Path path) {
        FileChannel opened = null;
        try {
            opened = FileChannel.open(path);
        } catch (IOException absent) {
            log.debug(
                    "{} can't be read: what the kernel drops for want of room counts as dropped by the gate",
                    path,
                    absent);
        }
        this.file = opened;
    }

    static ListenDrops ofThisNamespace() {
        return new ListenDrops(Path.of("/proc/self/net/netstat"));
    }

    /** How many so far; what was read last, if it can't be read. */
    synchronized long read() {
        if (file == null) {
            return last;
        }
        try {
            buffer.clear();
            while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {}
            last = parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII), last);
        } catch (IOException | NumberFormatException unreadable) {
            log.trace("no ListenDrops", unreadable);
        }
        return last;
    }

    /** The file has two lines for each group: the names, and the values in the same order. */
    static long parse(String text, long otherwise) {
        String[] names = null;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(GROUP)) {
                String[] fields = line.split(" ", -1);
                if (names != null) {
                    return value(names, fields, otherwise);
                }
                names = fields;
            }
        }
        return otherwise;
    }

    private static long value(String[] names, String[] values, long otherwise) {
        for (int i = 0; i < Math.min(names.length, values.length); i++) {
            if (names[i].equals(NAME)) {
                return Long.parseLong(values[i]);
            }
        }
        return otherwise;
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException closed) {
                log.trace("already closed", closed);
            }
        }
    }
}
