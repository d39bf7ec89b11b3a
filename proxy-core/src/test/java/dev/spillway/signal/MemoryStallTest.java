package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryStallTest {
    private static final String MACHINE = "/proc/pressure/memory";
    private static final String OWN = "/sys/fs/cgroup/box/memory.pressure";

    @TempDir
    Path root;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
    private SystemTree tree;

    @BeforeEach
    void plant() {
        tree = new SystemTree(root);
    }

    private SystemTree stalled(String file, long micros) {
        return tree.write(
                file,
                "some avg10=1.53 avg60=0.87 avg300=0.73 total=" + micros
                        + "\nfull avg10=0.11 avg60=0.05 avg300=0.04 total=1\n");
    }

    private Measure open() throws IOException {
        return MemoryStall.open(tree.files(), 1000, clock::get);
    }

    private static Reading share(long used) {
        return new Reading(Signal.STALL, used, 1000);
    }

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void theShareIsOfTheLastSecondAndGoneASecondAfterTheStall() throws IOException {
        stalled(MACHINE, 58_000_000);
        try (Measure stall = open()) {
            assertThat(stall.read()).isEqualTo(share(0));
            long began = clock.get();
            for (int i = 1; i <= 100; i++) {
                pass(5);
                stalled(MACHINE, 58_000_000 + i * 2_000L);
                stall.read();
            }
            assertThat(stall.read().used()).isEqualTo(400);
            assertThat(stall.foundOutAt()).isEqualTo(began);
            for (int i = 0; i < 100; i++) {
                pass(10);
                stall.read();
            }
            assertThat(stall.read()).isEqualTo(share(0));
            assertThat(clock.get() - stall.foundOutAt()).isBetween(500_000_000L, 1_000_000_000L);
        }
    }

    @Test
    void aBriefStallRightAtTheStartIsNotTakenForAllOfTheTime() throws IOException {
        stalled(MACHINE, 0);
        try (Measure stall = open()) {
            pass(1);
            stalled(MACHINE, 1_000);
            assertThat(stall.read()).isEqualTo(share(2));
        }
    }

    @Test
    void aCounterThatGoesBackOrRunsAheadStaysInRange() throws IOException {
        stalled(MACHINE, 10_000_000);
        try (Measure stall = open()) {
            pass(600);
            stalled(MACHINE, 1);
            assertThat(stall.read()).isEqualTo(share(0));
            stalled(MACHINE, 99_000_000);
            assertThat(stall.read()).isEqualTo(share(1000));
        }
    }

    @Test
    void theContainersOwnFileGoesBeforeTheMachinesAndItsLimitIsTheUnit() throws IOException {
        tree.member("0::/box")
                .mount("/", "/sys/fs/cgroup", "cgroup2", "rw")
                .second("/sys/fs/cgroup/box", 5, 0, 0, "4000");
        stalled(MACHINE, 0);
        stalled(OWN, 0);
        try (Measure stall = open()) {
            pass(1000);
            stalled(OWN, 250_000);
            assertThat(stall.read()).isEqualTo(new Reading(Signal.STALL, 1000, 4000));
        }
    }

    @Test
    void aKernelThatDoesNotTellIsTheReason() {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageEndingWith("/proc/pressure/memory");
        tree.write(MACHINE, "");
        assertThatThrownBy(this::open).hasMessageEndingWith("/proc/pressure/memory has no \"some total=\"");
    }
}
