package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ReadingsTest {
    private static final long BURNT_NANOS = 150_000_000;

    private final ProcessTree self = new ProcessTree(ProcessHandle.current());

    @Test
    void theCpuTimeOfAThreadThatHasEndedIsCounted() throws Exception {
        CpuTime before = self.cpuTime();
        Thread burner = new Thread(ReadingsTest::burn);
        burner.start();
        burner.join();
        long used = self.cpuTime().nanosSince(before);
        // Two ticks are the doubt of the coarse count; other threads of this JVM may add what they like.
        assertThat(used).isGreaterThanOrEqualTo(BURNT_NANOS - 2 * CpuTime.TICK_NANOS);
    }

    @Test
    void theCpuTimeOfAChildIsCounted() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sh -c 'while :; do :; done' & wait").start();
        try {
            ProcessTree tree = new ProcessTree(parent.toHandle());
            org.awaitility.Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> tree.cpuTime().nanosSince(CpuTime.none()) > BURNT_NANOS);
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
    }

    @Test
    void residentMemoryGrowsWithWhatIsTouched() throws Exception {
        long before = self.residentBytes();
        int size = 64 << 20;
        ByteBuffer buffer = ByteBuffer.allocateDirect(size);
        for (int at = 0; at < size; at += 4096) {
            buffer.put(at, (byte) 1);
        }
        assertThat(self.residentBytes() - before).isGreaterThan(size / 2);
        assertThat(buffer.get(0)).isEqualTo((byte) 1);
    }

    @Test
    void openSocketsAreCounted() throws Exception {
        long before = self.sockets();
        List<ServerSocket> opened = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                opened.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            // Not exactly: a socket of an earlier test in this JVM may go in between.
            assertThat(self.sockets() - before).isBetween(90L, 110L);
        } finally {
            for (ServerSocket socket : opened) {
                socket.close();
            }
        }
        assertThat(self.sockets() - before).isBetween(-10L, 10L);
    }

    @Test
    void theLiveHeapHoldsWhatIsReachable() throws Exception {
        long pid = ProcessHandle.current().pid();
        long before = LiveHeap.bytes(pid).orElseThrow();
        byte[] held = new byte[32 << 20];
        long after = LiveHeap.bytes(pid).orElseThrow();
        assertThat(after - before).isBetween(30L << 20, 40L << 20);
        assertThat(held).hasSize(32 << 20);
    }

    @Test
    void theTotalOfAHistogramIsFound() {
        String histogram = """
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         11634         876304  [B (java.base@17)
                Total         96412        5211344
                """;
        assertThat(LiveHeap.bytesIn(histogram)).hasValue(5211344);
        assertThat(LiveHeap.bytesIn("4711:\njava.io.IOException: no such process"))
                .isEmpty();
    }

    @Test
    void residentBytesAreFoundInARollup() {
        String rollup = "5581c000-7ffd ---p 00000000 00:00 0  [rollup]\nRss:               14460 kB\nPss: 9000 kB\n";
        assertThat(ProcessTree.residentBytesIn(rollup)).isEqualTo(14460 * 1024);
        assertThatThrownBy(() -> ProcessTree.residentBytesIn("")).hasMessageContaining("no Rss line");
    }

    @Test
    void theRecordsOfSocketsAreFoundInSlabinfo() {
        String slabinfo = "slabinfo - version: 2.1\n# name <active_objs> <num_objs> <objsize>\n"
                + "TCP                 10     20   2496   13    8 : tunables    0    0    0 : slabdata      2      2      0\n"
                + "filp               100    128    256   16    1 : tunables    0    0    0 : slabdata      8      8      0\n"
                + "nf_conntrack     99999  99999    256   16    1 : tunables    0    0    0 : slabdata      8      8      0\n";
        assertThat(SocketSlab.bytesIn(slabinfo)).hasValue(10 * 2496 + 100 * 256);
        assertThat(SocketSlab.bytesIn("slabinfo - version: 2.1\n")).isEmpty();
    }

    @Test
    void tcpPagesAreFoundInSockstat() {
        String sockstat = "sockets: used 140\nTCP: inuse 7 orphan 0 tw 4 alloc 11 mem 321\nUDP: inuse 2 mem 5\n";
        assertThat(KernelTcpMemory.pagesIn(sockstat)).hasValue(321);
        assertThat(KernelTcpMemory.pagesIn("sockets: used 140\n")).isEmpty();
    }

    @Test
    void thePageSizeIsFoundInTheAuxiliaryVector() {
        ByteBuffer auxv = ByteBuffer.allocate(48).order(ByteOrder.nativeOrder());
        auxv.putLong(16).putLong(4711).putLong(KernelTcpMemory.AUXV_PAGE_SIZE).putLong(16384);
        assertThat(KernelTcpMemory.pageBytesIn(auxv.array())).hasValue(16384);
        assertThat(KernelTcpMemory.pageBytesIn(new byte[16])).isEmpty();
    }

    private static void burn() {
        long end = System.nanoTime() + 100 * BURNT_NANOS;
        java.lang.management.ThreadMXBean threads = java.lang.management.ManagementFactory.getThreadMXBean();
        while (threads.getCurrentThreadCpuTime() < BURNT_NANOS && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
