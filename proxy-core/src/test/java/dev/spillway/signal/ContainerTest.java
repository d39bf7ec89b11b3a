package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the accounts of control groups say of TCP memory and of all memory. */
class ContainerTest {
    private static final String V1 = "/sys/fs/cgroup/memory";
    private static final String V2 = "/sys/fs/cgroup";

    @TempDir
    Path root;

    SystemTree tree;

    @BeforeEach
    void plant() {
        tree = new SystemTree(root);
    }

    private SystemTree one() {
        return tree.member("4:memory:/pod/box").mount("/", V1, "cgroup", "memory");
    }

    private SystemTree two() {
        return tree.member("0::/pod/box").mount("/", V2, "cgroup2", "nsdelegate");
    }

    private Reading tcp() throws IOException {
        return tcp(Optional.empty());
    }

    private Reading tcp(Optional<Long> asked) throws IOException {
        try (Measure measure = ContainerTcp.open(tree.files(), asked)) {
            return measure.read();
        }
    }

    private Reading memory() throws IOException {
        try (Measure measure = ContainerMemory.open(tree.files())) {
            return measure.read();
        }
    }

    private static Reading tcp(long used, long limit) {
        return new Reading(Signal.CONTAINER_TCP, used, limit);
    }

    private static Reading memory(long used, long limit) {
        return new Reading(Signal.CONTAINER, used, limit);
    }

    @Test
    void versionOneHasAnAccountOfTcpMemory() throws IOException {
        one().firstTcp(V1 + "/pod/box", 300, 400, "1000");
        assertThat(tcp()).isEqualTo(tcp(300, 1000));
        assertThat(tcp(Optional.of(500L))).isEqualTo(tcp(300, 500));
        assertThat(tcp(Optional.of(5000L))).isEqualTo(tcp(300, 1000));
    }

    @Test
    void theFullestOfTheLimitedGroupsCounts() throws IOException {
        one().firstTcp(V1 + "/pod/box", 300, 400, "1000")
                .firstTcp(V1 + "/pod", 900, 900, "2000")
                .firstTcp(V1, 900, 900, SystemTree.NO_LIMIT_V1);
        assertThat(tcp()).isEqualTo(tcp(900, 2000));
    }

    @Test
    void withoutALimitOfTheGroupItselfVersionOneDoesNotCount() {
        one().firstTcp(V1 + "/pod/box", 0, 0, SystemTree.NO_LIMIT_V1).firstTcp(V1 + "/pod", 0, 0, "2000");
        String reason = "the control group /pod/box has no limit in memory.kmem.tcp.limit_in_bytes, and without one the"
                + " kernel does not count its TCP memory";
        assertThatThrownBy(this::tcp).hasMessage(reason);
        assertThatThrownBy(() -> tcp(Optional.of(500L))).hasMessage(reason);
    }

    @Test
    void aGroupWhoseLimitWasSetOnceIsCountedStill() throws IOException {
        one().firstTcp(V1 + "/pod/box", 300, 400, SystemTree.NO_LIMIT_V1).firstTcp(V1 + "/pod", 300, 400, "2000");
        assertThat(tcp()).isEqualTo(tcp(300, 2000));
        assertThat(tcp(Optional.of(400L))).isEqualTo(tcp(300, 400));
    }

    @Test
    void aKernelWithoutTheAccountOfVersionOneIsNamed() {
        one().first(V1 + "/pod/box", 5, 1, "10");
        assertThatThrownBy(this::tcp)
                .hasMessageStartingWith("there is no ")
                .hasMessageEndingWith("/pod/box/memory.kmem.tcp.limit_in_bytes");
    }

    @Test
    void inVersionTwoTheLimitOfTcpMemoryIsWhatTheRestLeaves() throws IOException {
        two().second(V2 + "/pod/box", 800, 100, 50, "1000");
        // Of 800 used 100 can be reclaimed and 50 are TCP's: the rest takes 650 of 1000.
        assertThat(tcp()).isEqualTo(tcp(50, 350));
        assertThat(tcp(Optional.of(200L))).isEqualTo(tcp(50, 200));
    }

    @Test
    void inVersionTwoWhatTheKernelCanReclaimOfItsOwnIsNotTakenFromSockets() throws IOException {
        String stat =
                "anon 600\nsock 50\ninactive_file 100\nactive_file 20\nslab_reclaimable %s\nslab_unreclaimable 7\n";
        two().second(V2 + "/pod/box", 800, 100, 50, "1000").write(V2 + "/pod/box/memory.stat", stat.formatted("150"));
        assertThat(tcp()).isEqualTo(tcp(50, 500));
        assertThat(memory()).isEqualTo(memory(700, 1000));
        tree.write(V2 + "/pod/box/memory.stat", stat.formatted("much"));
        assertThatThrownBy(this::tcp).hasMessageContaining("/pod/box/memory.stat");
    }

    @Test
    void whenTheRestTakesAllOfVersionTwoSocketsStillHaveASixtyFourth() throws IOException {
        two().second(V2 + "/pod/box", 2000, 0, 50, "1000");
        assertThat(tcp()).isEqualTo(tcp(50, 15));
    }

    @Test
    void aStatThatIsNotQuiteInStepWithTheTotalIsTakenAsItIs() throws IOException {
        two().second(V2 + "/pod/box", 40, 100, 50, "1000");
        assertThat(tcp()).isEqualTo(tcp(50, 1000));
        assertThat(memory()).isEqualTo(memory(0, 1000));
    }

    @Test
    void aLimitThatIsAskedForIsEnoughInVersionTwo() throws IOException {
        two().second(V2 + "/pod/box", 800, 100, 50, "max");
        assertThat(tcp(Optional.of(200L))).isEqualTo(tcp(50, 200));
        assertThatThrownBy(this::tcp)
                .hasMessage("no limit of memory is set for the control group /pod/box, nor for one above it, nor"
                        + " pressure.signals.container-tcp.limit");
    }

    @Test
    void memoryIsWhatIsUsedLessWhatCanBeReclaimed() throws IOException {
        one().first(V1 + "/pod/box", 800, 100, "1000").first(V1, 9999, 5, SystemTree.NO_LIMIT_V1);
        assertThat(memory()).isEqualTo(memory(700, 1000));
    }

    @Test
    void aLimitOfAGroupAboveCounts() throws IOException {
        two().second(V2 + "/pod/box", 500, 0, 0, "max").second(V2 + "/pod", 950, 50, 0, "1000");
        assertThat(memory()).isEqualTo(memory(900, 1000));
    }

    @Test
    void aGroupForWhichTheControllerIsNotOnIsSteppedOver() throws IOException {
        two().write(V2 + "/pod/box/cgroup.procs", "").second(V2 + "/pod", 950, 50, 0, "1000");
        assertThat(memory()).isEqualTo(memory(900, 1000));
    }

    @Test
    void noLimitAnywhereIsSaidToBeSo() {
        two().second(V2 + "/pod/box", 500, 0, 0, "max").second(V2 + "/pod", 950, 50, 0, "max");
        assertThatThrownBy(this::memory)
                .hasMessage("no limit of memory is set for the control group /pod/box, nor for one above it");
        assertThat(ContainerMemory.smallestLimit(tree.files())).isEmpty();
    }

    @Test
    void theSmallestLimitIsThatOfAllLevels() {
        two().second(V2 + "/pod/box", 500, 0, 0, "3000").second(V2 + "/pod", 950, 50, 0, "2000");
        assertThat(ContainerMemory.smallestLimit(tree.files())).hasValue(2000);
    }

    @Test
    void aLimitThatIsSetOrChangedLaterIsSeen() throws IOException {
        two().second(V2 + "/pod/box", 500, 0, 0, "1000").second(V2 + "/pod", 950, 50, 0, "max");
        try (Measure measure = ContainerMemory.open(tree.files())) {
            assertThat(measure.read()).isEqualTo(memory(500, 1000));
            tree.second(V2 + "/pod", 950, 50, 0, "901");
            measure.renew();
            assertThat(measure.read()).isEqualTo(memory(900, 901));
            tree.second(V2 + "/pod/box", 500, 0, 0, "max").second(V2 + "/pod", 950, 50, 0, "max");
            assertThatThrownBy(measure::renew).hasMessageStartingWith("no limit of memory is set");
        }
    }

    @Test
    void aProcessThatWasMovedIsNoticed() throws IOException {
        two().second(V2 + "/pod/box", 500, 0, 0, "1000");
        try (Measure measure = ContainerMemory.open(tree.files())) {
            measure.renew();
            tree.write("/proc/self/cgroup", "0::/pod/other\n");
            assertThatThrownBy(measure::renew).hasMessage("the process was moved to another control group");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "maximum", "1e9", "0x10", "-5", "99999999999999999999", "1 2"})
    void aLimitThatIsNoNumberIsNamedWithItsContent(String content) {
        two().second(V2 + "/pod/box", 500, 0, 0, content);
        assertThatThrownBy(this::memory)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/pod/box/memory.max: ")
                .hasMessageEndingWith("(expected: a number)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sock", "inactive_file\n", "anon 1\nactive_file 3\n", "xinactive_file 3\n"})
    void aStatWithoutTheLineIsNamed(String content) {
        two().second(V2 + "/pod/box", 500, 0, 0, "1000").write(V2 + "/pod/box/memory.stat", content);
        assertThatThrownBy(this::memory).isInstanceOf(IOException.class).hasMessageContaining("/pod/box/memory.stat");
    }
}
