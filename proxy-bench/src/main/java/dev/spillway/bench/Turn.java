package dev.spillway.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.load.Workload;
import dev.spillway.bench.measure.Bystanders;
import dev.spillway.bench.measure.CpuTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Work sent to one subject, with its CPU time read before and after. Both readings are taken when nothing is
 * under way, so that the end of one turn is not charged to the next.
 */
final class Turn {
    /** How long a proxy may take to close what its clients have closed. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final long LOOK_EVERY_MILLIS = 10;

    private final Backend backend;
    private final OperatingSystemMXBean self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    Turn(Backend backend) {
        this.backend = backend;
    }

    /** The backend's echo service, for the thread that sends to it. */
    Backend.EchoLoan lendEcho() throws InterruptedException {
        return backend.lendEcho();
    }

    /** What is done in a turn; returns how much, in whatever it is counted in. */
    interface Work {
        long run() throws LoadFailure, InterruptedException;
    }

    Sample take(Workload workload, Subject subject, Duration duration)
            throws IOException, LoadFailure, InterruptedException {
        return take(subject, () -> workload.run(subject.endpoints(), backend, duration));
    }

    Sample take(Subject subject, Work work) throws IOException, LoadFailure, InterruptedException {
        settle(subject);
        Bystanders allBefore = Bystanders.now();
        CpuTime before = cpuTime(subject);
        long loadBefore = self.getProcessCpuTime();
        long start = System.nanoTime();
        long count = work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double loadSeconds = (self.getProcessCpuTime() - loadBefore) / 1e9;
        settle(subject);
        CpuTime after = cpuTime(subject);
        double proxySeconds = after.nanosSince(before) / 1e9;
        double ownSeconds = proxySeconds + (self.getProcessCpuTime() - loadBefore) / 1e9;
        OptionalLong all = Bystanders.now().nanosSince(allBefore);
        OptionalDouble others = all.isPresent()
                ? OptionalDouble.of(Math.max(0, all.getAsLong() / 1e9 - ownSeconds))
                : OptionalDouble.empty();
        return new Sample(count, seconds, proxySeconds, after.systemShareSince(before), loadSeconds, others);
    }

    private static CpuTime cpuTime(Subject subject) throws IOException {
        return subject.proxy().isPresent() ? subject.proxy().get().tree().cpuTime() : CpuTime.none();
    }

    /** Waits until the backend has no connection and the proxy's sockets no longer get fewer. */
    void settle(Subject subject) throws IOException, LoadFailure, InterruptedException {
        long giveUp = System.nanoTime() + SETTLING.toNanos();
        long sockets = Long.MAX_VALUE;
        while (true) {
            long now =
                    subject.proxy().isPresent() ? subject.proxy().get().tree().sockets() : 0;
            if (now >= sockets && backend.openConnections() == 0) {
                return;
            }
            if (System.nanoTime() - giveUp >= 0) {
                throw new LoadFailure(backend.openConnections() + " connections open at the backend "
                        + SETTLING.toSeconds() + " s after all clients closed (expected: 0)");
            }
            sockets = now;
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
