package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterSourceTest {
    private static final String PATH = "/proc/net/netstat";
    private static final long RETRY = TimeUnit.SECONDS.toNanos(5);

    @TempDir
    Path root;

    private final AtomicLong clock = new AtomicLong();

    private SystemTree says(long drops) {
        return new SystemTree(root).write(PATH, "TcpExt: ListenDrops\nTcpExt: " + drops + "\n");
    }

    private static long drops(KernelCounters counters) {
        return counters.get(KernelCounter.LISTEN_DROPS);
    }

    @Test
    void aThreadThatIsInterruptedReadsOnAndSoDoesWhoeverComesAfterIt() {
        SystemTree tree = says(1);
        try (CounterSource source = new CounterSource(tree.files(), clock::get)) {
            Thread.currentThread().interrupt();
            assertThat(drops(source.latest())).isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
            says(2);
            assertThat(drops(source.latest())).isEqualTo(2);
            assertThat(source.unavailable()).isEmpty();
        }
    }

    @Test
    void aFileThatFailsIsOpenedAgainAfterSomeSecondsAndUntilThenTheLastValuesStand() {
        SystemTree tree = says(7);
        try (CounterSource source = new CounterSource(tree.files(), clock::get)) {
            assertThat(drops(source.latest())).isEqualTo(7);
            tree.write(PATH, "TcpExt: ListenDrops\nTcpExt: many\n");
            assertThat(source.read()).isEmpty();
            assertThat(source.unavailable()).get().asString().contains(PATH);
            says(9);
            clock.addAndGet(RETRY - 1);
            assertThat(source.read()).isEmpty();
            assertThat(drops(source.latest())).isEqualTo(7);
            clock.addAndGet(1);
            assertThat(drops(source.latest())).isEqualTo(9);
            assertThat(source.unavailable()).isEmpty();
        }
    }

    @Test
    void whereThereIsNoneNothingHasHappenedAndTheReasonNamesTheFile() {
        try (CounterSource source = new CounterSource(new SystemTree(root).files(), clock::get)) {
            assertThat(source.read()).isEmpty();
            assertThat(source.latest()).isEqualTo(KernelCounters.NONE);
            assertThat(source.unavailable()).get().asString().contains("there is no ", PATH);
            says(3);
            clock.addAndGet(RETRY);
            assertThat(drops(source.latest())).isEqualTo(3);
        }
    }

    @Test
    void onceClosedItIsNotOpenedAgain() {
        CounterSource source = new CounterSource(says(1).files(), clock::get);
        assertThat(source.read()).isPresent();
        source.close();
        clock.addAndGet(2 * RETRY);
        assertThat(source.read()).isEmpty();
        assertThat(drops(source.latest())).isEqualTo(1);
        source.close();
    }
}
