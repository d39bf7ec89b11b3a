package dev.spillway.signal;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Open descriptors of this process against its limit.
 *
 * <p>The kernel tells their number as the size of {@code /proc/PID/fd} since Linux 6.2, for one {@code stat}. Before
 * that, and elsewhere, the JVM counts the entries of that folder, which costs milliseconds when there are ten thousand,
 * so that is done once a second at the most.
 */
public final class DescriptorSource implements SignalSource {
    private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable UnixOperatingSystemMXBean system;
    private final long limit;
    private final Path open = folder();
    private long counted;
    private long countedAt;
    private boolean any;

    /** A source that has read nothing yet. */
    public DescriptorSource() {
        OperatingSystemMXBean bean = ManagementFactory.getOperatingSystemMXBean();
        this.system = bean instanceof UnixOperatingSystemMXBean unix ? unix : null;
        this.limit = system == null ? -1 : system.getMaxFileDescriptorCount();
    }

    @Override
    public Signal signal() {
        return Signal.DESCRIPTORS;
    }

    @Override
    public Optional<Reading> read() {
        UnixOperatingSystemMXBean unix = system;
        if (unix == null || limit <= 0) {
            return Optional.empty();
        }
        long told = told();
        return Optional.of(new Reading(Signal.DESCRIPTORS, told > 0 ? told : count(unix), limit));
    }

    @Override
    public long foundOutAt() {
        return any ? countedAt : System.nanoTime();
    }

    /** The number it has where {@code /proc} is mounted, which need not be the one the JVM knows. */
    private static Path folder() {
        Path self = Path.of("/proc/self");
        try {
            return self.toRealPath().resolve("fd");
        } catch (IOException notLinux) {
            return self.resolve("fd");
        }
    }

    private long told() {
        try {
            return Files.size(open);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private long count(UnixOperatingSystemMXBean unix) {
        long now = System.nanoTime();
        if (!any || now - countedAt >= COUNT_NANOS) {
            any = true;
            countedAt = now;
            counted = Math.max(0, unix.getOpenFileDescriptorCount());
        }
        return counted;
    }

    @Override
    public Optional<String> unavailable() {
        return system == null || limit <= 0
                ? Optional.of("this system does not tell how many descriptors are open")
                : Optional.empty();
    }
}
