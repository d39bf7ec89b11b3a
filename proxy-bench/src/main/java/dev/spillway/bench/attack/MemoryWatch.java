package dev.spillway.bench.attack;

import dev.spillway.bench.measure.KernelTcpMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the group's TCP memory every millisecond, and that of the whole machine every fiftieth, on a thread of its own
 * until closed. From outside the proxy, so that a proxy's own sampling has something to be held against.
 */
final class MemoryWatch implements AutoCloseable {
    private static final long PERIOD_NANOS = 1_000_000;
    private static final int MACHINE_EVERY = 50;

    /** The bound of memory: five minutes. Later samples are not kept. */
    private static final int MOST_SAMPLES = 300_000;

    private final FileChannel usage;
    private final Thread thread;
    private final ByteBuffer text = ByteBuffer.allocate(32);
    private long[] at = new long[MOST_SAMPLES];
    private long[] used = new long[MOST_SAMPLES];
    private int count;
    private long machinePeak;
    private volatile boolean stopped;

    private MemoryWatch(FileChannel usage) {
        this.usage = usage;
        this.thread = new Thread(this::run, "memory-watch");
        thread.setDaemon(true);
    }

    static MemoryWatch start(TcpMemoryGroup group) throws IOException {
        MemoryWatch watch = new MemoryWatch(FileChannel.open(group.usageFile(), StandardOpenOption.READ));
        watch.thread.start();
        return watch;
    }

    private void run() {
        try (usage) {
            for (int turn = 0; !stopped; turn++) {
                long now = System.nanoTime();
                add(now, read());
                if (turn % MACHINE_EVERY == 0) {
                    machine(KernelTcpMemory.bytes().orElse(0));
                }
                LockSupport.parkNanos(PERIOD_NANOS - (System.nanoTime() - now));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the group's TCP memory cannot be read", e);
        }
    }

    private long read() throws IOException {
        text.clear();
        int length = usage.read(text, 0);
        long value = 0;
        for (int i = 0; i < length && Character.isDigit(text.get(i)); i++) {
            value = 10 * value + text.get(i) - '0';
        }
        return value;
    }

    private synchronized void add(long now, long bytes) {
        if (count < MOST_SAMPLES) {
            at[count] = now;
            used[count++] = bytes;
        }
    }

    private synchronized void machine(long bytes) {
        machinePeak = Math.max(machinePeak, bytes);
    }

    /** Most bytes of the whole machine since the last time; any thread. */
    synchronized long takeMachinePeak() {
        long peak = machinePeak;
        machinePeak = 0;
        return peak;
    }

    /** What was seen from {@code from} to now, in {@link System#nanoTime} terms; any thread. */
    synchronized Course since(long from) {
        int first = 0;
        while (first < count && at[first] - from < 0) {
            first++;
        }
        return new Course(Arrays.copyOfRange(at, first, count), Arrays.copyOfRange(used, first, count));
    }

    /**
     * Samples in the order in which they were taken.
     *
     * @param at when, in {@link System#nanoTime} terms
     * @param used bytes then
     */
    record Course(long[] at, long[] used) {
        /** Most bytes at any time. */
        long peak() {
            return Arrays.stream(used).max().orElse(0);
        }

        /** When {@code bytes} were first reached. */
        OptionalLong reached(long bytes) {
            for (int i = 0; i < at.length; i++) {
                if (used[i] >= bytes) {
                    return OptionalLong.of(at[i]);
                }
            }
            return OptionalLong.empty();
        }

        /** When, from {@code from} on, it was first under {@code bytes}. */
        OptionalLong under(long bytes, long from) {
            for (int i = 0; i < at.length; i++) {
                if (at[i] - from >= 0 && used[i] < bytes) {
                    return OptionalLong.of(at[i]);
                }
            }
            return OptionalLong.empty();
        }

        /** Longest time without a sample under {@code bytes}, in nanoseconds. */
        long longestNotUnder(long bytes) {
            long longest = 0;
            int since = -1;
            for (int i = 0; i < at.length; i++) {
                if (used[i] < bytes) {
                    since = -1;
                } else {
                    since = since < 0 ? i : since;
                    longest = Math.max(longest, at[i] - at[since]);
                }
            }
            return longest;
        }

        /** Longest time from reaching {@code high} to being under {@code low}, or to the end, in nanoseconds. */
        long longestFromTo(long high, long low) {
            long longest = 0;
            int since = -1;
            for (int i = 0; i < at.length; i++) {
                if (since < 0 && used[i] >= high) {
                    since = i;
                }
                if (since >= 0) {
                    longest = Math.max(longest, at[i] - at[since]);
                    since = used[i] < low ? -1 : since;
                }
            }
            return longest;
        }
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
