package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenDropsTest {
    @TempDir
    private Path directory;

    @Test
    void theValueStandsBelowItsName() {
        String text = """
                TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPLoss
                TcpExt: 1 22 333 4
                IpExt: InNoRoutes ListenDrops
                IpExt: 5 6
                """;
        assertThat(ListenDrops.parse(text, -1)).isEqualTo(333);
    }

    @Test
    void whatIsNotThereIsTakenForUnchanged() {
        assertThat(ListenDrops.parse("", 7)).isEqualTo(7);
        assertThat(ListenDrops.parse("TcpExt: ListenDrops\n", 7)).isEqualTo(7);
        assertThat(ListenDrops.parse("TcpExt: A ListenDrops\nTcpExt: 1\n", 7)).isEqualTo(7);
    }

    @Test
    void theFileIsReadAnew() throws Exception {
        Path file = directory.resolve("netstat");
        Files.writeString(file, "TcpExt: ListenDrops\nTcpExt: 3\n");
        try (ListenDrops drops = new ListenDrops(file)) {
            assertThat(drops.read()).isEqualTo(3);
            Files.writeString(file, "TcpExt: ListenDrops\nTcpExt: 41\n");
            assertThat(drops.read()).isEqualTo(41);
            Files.writeString(file, "TcpExt: ListenDrops\nTcpExt: many\n");
            assertThat(drops.read()).isEqualTo(41);
        }
    }

    @Test
    void aFileThatIsNotThereTellsNothing() {
        try (ListenDrops drops = new ListenDrops(directory.resolve("none"))) {
            assertThat(drops.read()).isZero();
        }
    }
}
