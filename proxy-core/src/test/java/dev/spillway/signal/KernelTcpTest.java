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

class KernelTcpTest {
    @TempDir
    Path root;

    SystemTree tree;

    @BeforeEach
    void plant() {
        tree = new SystemTree(root);
    }

    private Reading read(Optional<Long> asked) throws IOException {
        try (Measure measure = KernelTcp.open(tree.files(), asked)) {
            return measure.read();
        }
    }

    private static Reading reading(long used, long limit) {
        return new Reading(Signal.KERNEL_TCP, used, limit);
    }

    @Test
    void pagesOfTheTcpLineAreReadAgainstTheThirdFigureOfTcpMem() throws IOException {
        tree.tcp(244).tcpMem("287901\t383868\t575802");
        assertThat(read(Optional.empty())).isEqualTo(reading(244 * 4096, 575802L * 4096));
    }

    @Test
    void aPageIsAsLargeAsTheKernelSays() throws IOException {
        tree.tcp(10).tcpMem("1 2 100").pageBytes(65536);
        assertThat(read(Optional.empty())).isEqualTo(reading(10 * 65536, 100 * 65536));
    }

    @Test
    void theSmallerOfWhatIsAskedAndWhatTheKernelHasIsTheLimit() throws IOException {
        tree.tcp(10).tcpMem("1 2 100");
        assertThat(read(Optional.of(99L * 4096)).limit()).isEqualTo(99 * 4096);
        assertThat(read(Optional.of(101L * 4096)).limit()).isEqualTo(100 * 4096);
    }

    @Test
    void aNamespaceWithoutTcpMemGoesByWhatIsAsked() throws IOException {
        tree.tcp(10);
        assertThat(read(Optional.of(8192L))).isEqualTo(reading(10 * 4096, 8192));
    }

    @Test
    void aNamespaceWithoutTcpMemGoesByWhatTheKernelChoosesAtBoot() throws IOException {
        tree.tcp(10).write("/proc/meminfo", "MemTotal:       24684092 kB\nMemFree: 1 kB\n");
        assertThat(read(Optional.empty())).isEqualTo(reading(10 * 4096, 24684092L * 1024 / 32 * 3));
    }

    @Test
    void aMeminfoThatAContainerPutInItsPlaceIsNotTakenForTheMachines() {
        tree.tcp(10)
                .write("/proc/meminfo", "MemTotal: 1024 kB\n")
                .mount("/proc/meminfo", "/proc/meminfo", "fuse.lxcfs", "user_id=0");
        assertThatThrownBy(() -> read(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "this network namespace does not show /proc/sys/net/ipv4/tcp_mem, and /proc/meminfo is not the"
                                + " machine's: set pressure.signals.kernel-tcp.limit");
    }

    @Test
    void whereNothingSaysTheLimitTheReasonSaysWhatToSet() {
        tree.tcp(10);
        assertThatThrownBy(() -> read(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not show /proc/sys/net/ipv4/tcp_mem, there is no ")
                .hasMessageEndingWith("/proc/meminfo: set pressure.signals.kernel-tcp.limit");
    }

    @Test
    void aChangeOfTcpMemIsSeen() throws IOException {
        tree.tcp(10).tcpMem("1 2 100");
        try (Measure measure = KernelTcp.open(tree.files(), Optional.empty())) {
            tree.tcpMem("1 2 50").tcp(11);
            measure.renew();
            assertThat(measure.read()).isEqualTo(reading(11 * 4096, 50 * 4096));
        }
    }

    @Test
    void tcpMemOfAllMemoryThereCouldBeDoesNotOverflow() throws IOException {
        tree.tcp(10).tcpMem("1 2 " + Long.MAX_VALUE);
        assertThat(read(Optional.empty()).limit()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "sockets: used 19\n",
                "TCP:",
                "TCP: inuse 1 mem",
                "TCP: mem x\n",
                "UDP: mem 5\n",
                "TCP: inuse 1 mem 99999999999999999999\n",
                "TCP: inuse 1 mem -1\n"
            })
    void aSockstatThatSaysSomethingElseIsNamedWithItsContent(String content) {
        tree.write("/proc/net/sockstat", content).tcpMem("1 2 100");
        assertThatThrownBy(() -> read(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/proc/net/sockstat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 2", "1 2 0", "1 2 x", "-1 -1 -1"})
    void aTcpMemThatSaysSomethingElseIsNamedWithItsContent(String content) {
        tree.tcp(1).tcpMem(content);
        assertThatThrownBy(() -> read(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/proc/sys/net/ipv4/tcp_mem");
    }
}
