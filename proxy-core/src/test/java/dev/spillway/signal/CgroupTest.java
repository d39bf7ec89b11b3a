package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
    @TempDir
    Path root;

    SystemTree tree;

    @BeforeEach
    void plant() {
        tree = new SystemTree(root);
    }

    private List<String> lineage() throws IOException {
        return Cgroup.ofMemory(tree.files()).lineage().stream()
                .map(tree.files()::name)
                .toList();
    }

    @Test
    void aServiceOfVersionTwoIsBelowItsSlices() throws IOException {
        tree.member("0::/system.slice/spillway.service")
                .mount("/", "/sys/fs/cgroup", "cgroup2", "nsdelegate")
                .write("/sys/fs/cgroup/system.slice/spillway.service/memory.max", "max");
        assertThat(Cgroup.ofMemory(tree.files()).version()).isEqualTo(2);
        assertThat(lineage())
                .containsExactly(
                        "/sys/fs/cgroup/system.slice/spillway.service",
                        "/sys/fs/cgroup/system.slice",
                        "/sys/fs/cgroup");
    }

    @Test
    void aContainerWithANamespaceOfGroupsIsAtTheMount() throws IOException {
        tree.member("0::/").mount("/", "/sys/fs/cgroup", "cgroup2", "nsdelegate");
        assertThat(lineage()).containsExactly("/sys/fs/cgroup");
    }

    @Test
    void aContainerOfVersionOneMountsItsOwnGroup() throws IOException {
        tree.member("11:cpu,cpuacct:/docker/4f2a")
                .member("4:memory:/docker/4f2a")
                .member("0::/system.slice/containerd.service")
                .mount("/docker/4f2a", "/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu,cpuacct")
                .mount("/docker/4f2a", "/sys/fs/cgroup/memory", "cgroup", "memory");
        assertThat(Cgroup.ofMemory(tree.files()).version()).isEqualTo(1);
        assertThat(lineage()).containsExactly("/sys/fs/cgroup/memory");
    }

    @Test
    void aProcessInAGroupOfItsOwnInsideAContainerIsBelowTheMount() throws IOException {
        tree.member("4:memory:/docker/4f2a/inner/most")
                .mount("/docker/4f2a", "/sys/fs/cgroup/memory", "cgroup", "memory")
                .write("/sys/fs/cgroup/memory/inner/most/tasks", "");
        assertThat(lineage())
                .containsExactly(
                        "/sys/fs/cgroup/memory/inner/most", "/sys/fs/cgroup/memory/inner", "/sys/fs/cgroup/memory");
    }

    @Test
    void whereBothVersionsAreMountedMemoryBelongsToTheFirstIfItIsThere() throws IOException {
        tree.member("4:memory:/one")
                .member("0::/two")
                .mount("/", "/sys/fs/cgroup/memory", "cgroup", "memory")
                .mount("/", "/sys/fs/cgroup/unified", "cgroup2", "nsdelegate")
                .write("/sys/fs/cgroup/memory/one/tasks", "")
                .write("/sys/fs/cgroup/unified/two/cgroup.procs", "");
        assertThat(lineage()).first().isEqualTo("/sys/fs/cgroup/memory/one");
        assertThat(Cgroup.unified(tree.files()).lineage()).first().isEqualTo(tree.at("/sys/fs/cgroup/unified/two"));
    }

    @Test
    void whereVersionOneHasOtherControllersOnlyMemoryBelongsToTheSecond() throws IOException {
        tree.member("1:name=systemd:/one")
                .member("3:devices:/one")
                .member("0::/two")
                .mount("/", "/sys/fs/cgroup/devices", "cgroup", "devices")
                .mount("/", "/sys/fs/cgroup/unified", "cgroup2", "nsdelegate")
                .write("/sys/fs/cgroup/unified/two/memory.max", "max");
        assertThat(lineage()).containsExactly("/sys/fs/cgroup/unified/two", "/sys/fs/cgroup/unified");
    }

    @Test
    void aHierarchyThatIsMountedTwiceIsReadWhereTheGroupIsToBeSeen() throws IOException {
        tree.member("4:memory:/docker/4f2a")
                .mount("/", "/sys/fs/cgroup/memory", "cgroup", "memory")
                .mount("/docker/4f2a", "/mnt/my\\040groups", "cgroup", "memory");
        assertThat(lineage()).containsExactly("/mnt/my groups");
    }

    @Test
    void aPathWithColonsAndSpacesIsTakenWhole() throws IOException {
        tree.member("0::/a:b c")
                .mount("/", "/sys/fs/cgroup", "cgroup2", "rw")
                .write("/sys/fs/cgroup/a:b c/memory.max", "max");
        assertThat(lineage()).first().isEqualTo("/sys/fs/cgroup/a:b c");
    }

    @Test
    void aSiblingWhoseNameBeginsTheSameIsNotTheMount() {
        tree.member("4:memory:/docker/4f2ab").mount("/docker/4f2a", "/sys/fs/cgroup/memory", "cgroup", "memory");
        assertThatThrownBy(this::lineage)
                .hasMessage("the control group /docker/4f2ab of this process is not to be seen under"
                        + " /sys/fs/cgroup/memory (/docker/4f2a)");
    }

    @Test
    void aGroupAboveTheNamespaceIsNotLookedFor() {
        tree.member("0::/../other")
                .mount("/", "/sys/fs/cgroup", "cgroup2", "rw")
                .write("/sys/fs/other/memory.max", "1");
        assertThatThrownBy(this::lineage).hasMessageContaining("/../other of this process is not to be seen");
    }

    @Test
    void aHierarchyThatIsNotMountedIsSaidToBeSo() {
        tree.member("4:memory:/docker/4f2a");
        assertThatThrownBy(this::lineage)
                .hasMessage("the control group /docker/4f2a of this process is not to be seen: its hierarchy is not"
                        + " mounted");
    }

    @Test
    void aProcessInNoGroupIsSaidToBeSo() {
        assertThatThrownBy(this::lineage).hasMessageEndingWith("names no control group that accounts memory");
        tree.remove("/proc/self/cgroup");
        assertThatThrownBy(this::lineage).hasMessageStartingWith("there is no ");
    }
}
