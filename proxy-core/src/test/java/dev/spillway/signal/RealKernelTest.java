package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The kernel itself, with control groups of version 1 and a network namespace made here; skipped, with the reason, where
 * they can't be made. What a group's own account says is exact; what is said of the whole kernel is only compared, for other
 * processes have sockets too.
 */
@Timeout(120)
class RealKernelTest {
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String STEM =
            "spillway-test-" + ProcessHandle.current().pid() + "-";

    private final List<Path> groups = new ArrayList<>();
    private Optional<String> namespace = Optional.empty();
    private Path parent;

    @BeforeEach
    void find() throws IOException {
        Cgroup own;
        try {
            own = Cgroup.ofMemory(SystemFiles.HERE);
        } catch (IOException none) {
            own = null;
            skip("no control groups here: " + none.getMessage());
        }
        parent = own.lineage().get(0);
        if (own.version() != 1 || !Files.exists(parent.resolve("memory.kmem.tcp.limit_in_bytes"))) {
            skip("no account of TCP memory of version 1 in " + parent);
        }
        if (!Files.isWritable(parent)) {
            skip("may not make a control group in " + parent);
        }
    }

    private static void skip(String reason) {
        if (Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_CGROUPS"))) {
            throw new IllegalStateException(reason + ", and SPILLWAY_REQUIRE_CGROUPS=true forbids to skip");
        }
        System.out.println("[WARNING] skipped: RealKernelTest: " + reason);
        assumeTrue(false, reason);
    }

    private Path group(String name) throws IOException {
        Path group = parent.resolve(STEM + name);
        try {
            Files.createDirectory(group);
        } catch (IOException refused) {
            skip("may not make a control group in " + parent + ": " + refused.getMessage());
        }
        groups.add(group);
        return group;
    }

    private static void limitTcp(Path group, long bytes) throws IOException {
        Files.writeString(group.resolve("memory.kmem.tcp.limit_in_bytes"), Long.toString(bytes));
    }

    @AfterEach
    void remove() throws Exception {
        if (namespace.isPresent()) {
            assertThat(command("ip", "netns", "del", namespace.get())).isZero();
        }
        Collections.reverse(groups);
        for (Path group : groups) {
            // Its last process may not be gone for the kernel yet, though it is for us.
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> Files.deleteIfExists(group) || !Files.exists(group));
        }
    }

    private static int command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void whatSocketsHoldIsInTheContainersAccountAndGoneWhenTheyAreClosed() throws Exception {
        Path group = group("tcp");
        limitTcp(group, 64 * MIB);
        try (ProbeProcess probe = new ProbeProcess(group)) {
            assertThat(probe.limit("container-tcp")).isEqualTo(64 * MIB);
            assertThat(probe.used("container-tcp")).isLessThan(MIB);
            probe.run("hold 4");
            assertThat(probe.used("container-tcp")).isBetween(3 * MIB, 64 * MIB);
            probe.run("release");
            await().atMost(PATIENCE).until(() -> probe.used("container-tcp") < MIB);
            limitTcp(group, 32 * MIB);
            await().atMost(PATIENCE).until(() -> probe.limit("container-tcp") == 32 * MIB);
        }
    }

    @Test
    void aProcessThatIsMovedIsFollowedToItsNewGroup() throws Exception {
        Path first = group("first");
        Path second = group("second");
        limitTcp(first, 64 * MIB);
        Files.writeString(first.resolve("memory.limit_in_bytes"), Long.toString(512 * MIB));
        try (ProbeProcess probe = new ProbeProcess(first)) {
            assertThat(probe.limit("container")).isEqualTo(512 * MIB);
            assertThat(probe.used("container")).isBetween(MIB, 512 * MIB);
            Files.writeString(second.resolve("cgroup.procs"), Long.toString(probe.pid()));
            await().atMost(PATIENCE)
                    .until(() -> probe.read().get("container-tcp"), said -> said.contains("the kernel does not count"));
            // No longer that of the group it has left: none, or one of a group above.
            await().atMost(PATIENCE)
                    .until(() -> probe.read().get("container"), said -> !said.endsWith("/" + 512 * MIB));
            limitTcp(second, 48 * MIB);
            await().atMost(PATIENCE)
                    .until(() -> probe.read().get("container-tcp"), said -> said.endsWith("/" + 48 * MIB));
        }
    }

    @Test
    void aNetworkNamespaceShowsTheMemoryOfAllAndTheLimitIsWhatTheKernelChoosesAtBoot() throws Exception {
        String name = STEM + "net";
        try {
            assertThat(command("nsenter", "--version")).isZero();
            if (command("ip", "netns", "add", name) != 0) {
                skipNamespace("ip netns add was refused");
            }
        } catch (IOException missing) {
            skipNamespace("iproute2 or nsenter is not installed");
        }
        namespace = Optional.of(name);
        assertThat(command("ip", "-n", name, "link", "set", "lo", "up")).isZero();
        Path group = group("net");
        limitTcp(group, 64 * MIB);
        long total;
        try (PolledFile memory = new PolledFile(Path.of("/proc/meminfo"))) {
            total = memory.read().number(PolledFile.bytes("MemTotal:"), new byte[0]) * 1024;
        }
        // Not "ip netns exec": it mounts /sys anew, and the control groups under it are not to be seen then.
        try (ProbeProcess inside = new ProbeProcess(group, "nsenter", "--net=/run/netns/" + name);
                Measure outside = KernelTcp.open(SystemFiles.HERE, Optional.empty())) {
            assertThat(inside.limit("kernel-tcp")).isEqualTo(total / 32 * 3);
            // What the kernel chose is of the memory that was free when it booted, so a little less; unless it was
            // changed.
            assertThat(outside.read().limit()).isPositive();
            inside.run("hold 4");
            long slack = MIB * Runtime.getRuntime().availableProcessors();
            long own = inside.used("container-tcp");
            assertThat(own).isGreaterThan(3 * MIB);
            assertThat(inside.used("kernel-tcp") + slack).isGreaterThanOrEqualTo(own);
            assertThat(outside.read().used() + slack).isGreaterThanOrEqualTo(own);
        }
    }

    private static void skipNamespace(String reason) {
        if (Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_NAMESPACES"))) {
            throw new IllegalStateException(reason + ", and SPILLWAY_REQUIRE_NAMESPACES=true forbids to skip");
        }
        System.out.println("[WARNING] skipped: RealKernelTest: " + reason);
        assumeTrue(false, reason);
    }
}
