package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CounterFileTest {
    private static final String PATH = "/proc/net/netstat";
    private static final String NAMES =
            "TcpExt: SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled"
                    + " ListenOverflows ListenDrops TCPReqQFullDoCookies TCPReqQFullDrop TCPSynRetrans\n";
    private static final String OTHERS =
            "IpExt: InNoRoutes ListenDrops\nIpExt: 77 78\nMPTcpExt: ListenDrops\nMPTcpExt: 79\n";

    @TempDir
    Path root;

    private CounterFile open(String content) throws IOException {
        return CounterFile.open(new SystemTree(root).write(PATH, content).files());
    }

    @Test
    void eachCounterIsFoundByItsNameWhateverItsPlace() throws IOException {
        try (CounterFile file = open(NAMES + "TcpExt: 1 2 3 4 99 5 6 7 8 18446744073\n" + OTHERS)) {
            assertThat(file.read()).isEqualTo(new KernelCounters(new long[] {1, 2, 3, 5, 6, 7, 8, 4, 18446744073L}));
        }
        try (CounterFile file = open(OTHERS + "TcpExt: ListenDrops SyncookiesSent\nTcpExt: 11 12\n")) {
            KernelCounters counters = file.read();
            assertThat(counters.get(KernelCounter.LISTEN_DROPS)).isEqualTo(11);
            assertThat(counters.get(KernelCounter.COOKIES_SENT)).isEqualTo(12);
            assertThat(counters.get(KernelCounter.QUEUE_FULL_DROPS)).isEqualTo(KernelCounters.ABSENT);
            assertThat(counters.since(counters, KernelCounter.QUEUE_FULL_DROPS)).isZero();
        }
    }

    @Test
    void itIsReadAnewEachTime() throws IOException {
        SystemTree tree = new SystemTree(root).write(PATH, "TcpExt: ListenDrops\nTcpExt: 1\n");
        try (CounterFile file = CounterFile.open(tree.files())) {
            KernelCounters before = file.read();
            tree.write(PATH, "TcpExt: ListenDrops\nTcpExt: 4711\n");
            assertThat(file.read().since(before, KernelCounter.LISTEN_DROPS)).isEqualTo(4710);
        }
    }

    @Test
    void whatIsAbsentOrMeansNothingIsAnErrorThatNamesTheFile() throws IOException {
        SystemTree tree = new SystemTree(root);
        assertThatThrownBy(() -> CounterFile.open(tree.files()))
                .hasMessageContaining("there is no ")
                .hasMessageContaining(PATH);
        for (String strange :
                new String[] {"", "\n", "TcpExt:\n", "TcpExt: ListenOverflows\nTcpExt: 1\n", "ListenDrops\n1\n"}) {
            assertThatThrownBy(() -> open(strange))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(PATH);
        }
        for (String torn : new String[] {
            "TcpExt: SyncookiesSent ListenDrops\nTcpExt: 1",
            "TcpExt: ListenDrops\n",
            "TcpExt: ListenDrops\nTcpExt: -3\n"
        }) {
            try (CounterFile file = open(torn)) {
                assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining(PATH);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelOfThisMachineHasThemAll() throws IOException {
        try (CounterFile file = CounterFile.open(SystemFiles.HERE)) {
            KernelCounters counters = file.read();
            for (KernelCounter counter : KernelCounter.values()) {
                assertThat(counters.get(counter)).as(counter.kernelName()).isNotNegative();
            }
        }
    }
}
