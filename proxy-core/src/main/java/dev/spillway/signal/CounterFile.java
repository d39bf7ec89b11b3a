package dev.spillway.signal;

import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the kernel's counters of incoming connections, from {@code /proc/net/netstat}: those of the network namespace of the
 * process. Kept open; a reading takes some tens of microseconds, nearly all of them the kernel's, and makes one small
 * object.
 *
 * <p>One thread at a time.
 */
final class CounterFile implements AutoCloseable {
    private static final String NETSTAT = "/proc/net/netstat";
    private static final byte[] TCP_EXT = PolledFile.bytes("TcpExt:");
    private static final KernelCounter[] ALL = KernelCounter.values();

    private final PolledFile file;
    private final int[] places = new int[ALL.length];

    private CounterFile(PolledFile file) {
        this.file = file;
    }

    /** @throws IOException if they can't be read here; the message says why */
    static CounterFile open(SystemFiles files) throws IOException {
        CounterFile opened = new CounterFile(new PolledFile(files.at(NETSTAT)));
        try {
            opened.find();
            return opened;
        } catch (IOException | RuntimeException failed) {
            opened.close();
            throw failed;
        }
    }

    /** The names are in one line and the numbers in the next, in the same places, as long as the kernel runs. */
    private void find() throws IOException {
        file.read();
        for (KernelCounter counter : ALL) {
            places[counter.ordinal()] = file.place(TCP_EXT, PolledFile.bytes(counter.kernelName()));
        }
        if (places[KernelCounter.LISTEN_DROPS.ordinal()] < 0) {
            throw file.garbage("a line of TcpExt with ListenDrops");
        }
    }

    /**
     * The counters as they are now.
     *
     * @throws IOException if they can't be read any more
     */
    KernelCounters read() throws IOException {
        long[] values = new long[ALL.length];
        Arrays.fill(values, KernelCounters.ABSENT);
        file.read().numbers(TCP_EXT, places, values);
        return new KernelCounters(values);
    }

    @Override
    public void close() {
        file.close();
    }
}
