package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The share of time in which something in the container, or where its hierarchy is not mounted on the machine, waited for
 * memory: pressure stall information, {@code some} of {@code memory.pressure}.
 *
 * <p>The kernel's own averages are of ten seconds and more, and would keep an episode up long after its cause is gone. So the
 * share is taken of the last half to one second, from {@code total}, which the kernel brings up to date with every reading;
 * until there is half a second, there is no share.
 */
final class MemoryStall implements Measure {
    /** Between two marks; the share is of the time since the one before the last, so of one to two of these. */
    private static final long MARK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final byte[] SOME = PolledFile.bytes("some ");
    private static final byte[] TOTAL = PolledFile.bytes("total=");

    private final PolledFile pressure;
    private final long unit;
    private final LongSupplier clock;
    private long beforeAt;
    private long beforeMicros;
    private long markAt;
    private long markMicros;
    private long shareFrom;

    private MemoryStall(PolledFile pressure, long unit, LongSupplier clock) throws IOException {
        this.pressure = pressure;
        this.unit = unit;
        this.clock = clock;
        markMicros = pressure.read().number(SOME, TOTAL);
        markAt = clock.getAsLong();
        beforeMicros = markMicros;
        beforeAt = markAt;
        shareFrom = markAt;
    }

    /** Opens the file. The share is put as one of the container's memory, or of {@code budget} bytes if that has no limit. */
    static Measure open(SystemFiles files, long budget, LongSupplier clock) throws IOException {
        PolledFile pressure = new PolledFile(file(files));
        try {
            return new MemoryStall(
                    pressure, ContainerMemory.smallestLimit(files).orElse(budget), clock);
        } catch (IOException | RuntimeException failed) {
            pressure.close();
            throw failed;
        }
    }

    private static Path file(SystemFiles files) {
        try {
            Path own = Cgroup.unified(files).lineage().get(0).resolve("memory.pressure");
            if (Files.isReadable(own)) {
                return own;
            }
        } catch (IOException noGroup) {
            return files.at("/proc/pressure/memory");
        }
        return files.at("/proc/pressure/memory");
    }

    @Override
    public Reading read() throws IOException {
        long micros = pressure.read().number(SOME, TOTAL);
        long now = clock.getAsLong();
        double elapsed = Math.max(MARK_NANOS, now - beforeAt) / 1_000.0;
        double share = Math.min(1, Math.max(0, micros - beforeMicros) / elapsed);
        shareFrom = beforeAt;
        if (now - markAt >= MARK_NANOS) {
            beforeAt = markAt;
            beforeMicros = markMicros;
            markAt = now;
            markMicros = micros;
        }
        return new Reading(Signal.STALL, Math.round(share * unit), unit);
    }

    /** The share is of a time that began then: what was given back since does not show in all of it. */
    @Override
    public long foundOutAt() {
        return shareFrom;
    }

    @Override
    public void close() {
        pressure.close();
    }
}
