package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.flood.KernelSetup;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSetupFilesTest {
    @TempDir
    Path root;

    @Test
    void eachValueIsReadFromItsOwnFile() {
        SystemTree tree = new SystemTree(root)
                .write("/proc/sys/net/ipv4/tcp_syncookies", "2\n")
                .write("/proc/sys/net/core/somaxconn", "4096\n")
                .write("/proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n");

        assertThat(KernelSetupFiles.read(tree.files()))
                .isEqualTo(new KernelSetup(OptionalLong.of(2), OptionalLong.of(4096), OptionalLong.of(512)));
    }

    @Test
    void whatIsAbsentOrNoNumberIsNotThereAndTheRestIs() {
        assertThat(KernelSetupFiles.read(new SystemTree(root).files())).isEqualTo(KernelSetup.UNKNOWN);
        SystemTree tree = new SystemTree(root)
                .write("/proc/sys/net/ipv4/tcp_syncookies", "on\n")
                .write("/proc/sys/net/core/somaxconn", "128\n");

        assertThat(KernelSetupFiles.read(tree.files()))
                .isEqualTo(new KernelSetup(OptionalLong.empty(), OptionalLong.of(128), OptionalLong.empty()));
    }
}
