package dev.spillway.network;

import static dev.spillway.network.Lists.address;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfacesTest {
    private static final LocalInterface LO = Lists.of("lo", 1, "127.0.0.1/8", "::1/128", "198.18.77.0/24");
    private static final LocalInterface ETH0 =
            Lists.of("eth0", 2, "198.18.0.1/24", "198.18.0.2/24", "2001:db8::1/64", "fe80::1/64");
    private static final LocalInterface ETH1 = Lists.of("eth1", 3, "198.18.1.1/24", "fe80::1/64");

    private static final Interfaces ALL = new Interfaces(List.of(ETH1, LO, ETH0));

    private static InetAddress scoped(String literal, int scope) throws UnknownHostException {
        return Inet6Address.getByAddress(null, address(literal).getAddress(), scope);
    }

    private static String ownerOf(InetAddress address) {
        LocalInterface owner = ALL.ownerOf(LocalAddress.plain(address));
        return owner == null ? "" : owner.name();
    }

    @Test
    void eachAddressOfAnInterfaceIsItsOwnTheSecondaryOnesToo() {
        assertThat(ownerOf(address("198.18.0.1"))).isEqualTo("eth0");
        assertThat(ownerOf(address("198.18.0.2"))).isEqualTo("eth0");
        assertThat(ownerOf(address("2001:db8::1"))).isEqualTo("eth0");
        assertThat(ownerOf(address("198.18.1.1"))).isEqualTo("eth1");
    }

    @Test
    void aNeighbourInTheSameNetworkIsNotLocal() {
        assertThat(ownerOf(address("198.18.0.3"))).isEmpty();
        assertThat(ownerOf(address("2001:db8::2"))).isEmpty();
        assertThat(ownerOf(address("::2"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "198.18.77.0", "198.18.77.255"})
    void aWholeNetworkOfLoopbackIsLocal(String literal) {
        assertThat(ownerOf(address(literal))).isEqualTo("lo");
    }

    @Test
    void theSameLinkLocalAddressIsToldApartByItsScope() throws UnknownHostException {
        assertThat(ownerOf(scoped("fe80::1", 2))).isEqualTo("eth0");
        assertThat(ownerOf(scoped("fe80::1", 3))).isEqualTo("eth1");
        assertThat(ownerOf(scoped("fe80::1", 4))).isEmpty();
        assertThat(ownerOf(scoped("fe80::2", 2))).isEmpty();
        assertThat(ALL.addresses())
                .contains(
                        new LocalAddress("eth0", 2, address("fe80::1")),
                        new LocalAddress("eth1", 3, address("fe80::1")));
        assertThat(ALL.shared()).isEmpty();
    }

    @Test
    void aScopeOfAnyOtherAddressSaysNothing() throws UnknownHostException {
        assertThat(ownerOf(scoped("2001:db8::1", 7))).isEqualTo("eth0");
        assertThat(LocalAddress.plain(scoped("2001:db8::1", 7)).getHostAddress())
                .doesNotContain("%");
    }

    @Test
    void aMappedAddressIsIPv4() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xFF;
        System.arraycopy(address("198.18.1.1").getAddress(), 0, mapped, 12, 4);
        InetAddress six = Inet6Address.getByAddress(null, mapped, 0);
        assertThat(six).isInstanceOf(Inet6Address.class);
        assertThat(LocalAddress.plain(six)).isInstanceOf(Inet4Address.class);
        assertThat(ownerOf(six)).isEqualTo("eth1");
        mapped[0] = 1;
        assertThat(LocalAddress.plain(Inet6Address.getByAddress(null, mapped, 0)))
                .isInstanceOf(Inet6Address.class);
    }

    @Test
    void anAddressOnSeveralInterfacesIsTheFirstOnesAndIsNamed() {
        LocalInterface ppp = Lists.of("ppp0", 9, "198.18.0.1/32");
        Interfaces both = new Interfaces(List.of(ppp, ETH0));
        assertThat(both.ownerOf(address("198.18.0.1"))).isSameAs(ETH0);
        assertThat(both.addresses()).noneMatch(at -> at.interfaceName().equals("ppp0"));
        assertThat(both.shared()).containsExactly("198.18.0.1 is on eth0 and ppp0");
    }

    @Test
    void onlyAnAddressOfTheSameFamilyAndScopeCanAsk() throws UnknownHostException {
        LocalAddress four = new LocalAddress("eth0", 2, address("198.18.0.1"));
        LocalAddress six = new LocalAddress("eth0", 2, address("2001:db8::1"));
        LocalAddress link = new LocalAddress("eth0", 2, scoped("fe80::1", 2));
        assertThat(four.canAsk(address("198.18.9.9"))).isTrue();
        assertThat(four.canAsk(address("2001:db8::9"))).isFalse();
        assertThat(six.canAsk(address("2001:db8::9"))).isTrue();
        assertThat(six.canAsk(address("198.18.9.9"))).isFalse();
        assertThat(six.canAsk(scoped("fe80::9", 2))).isFalse();
        assertThat(link.canAsk(address("2001:db8::9"))).isFalse();
        assertThat(link.canAsk(scoped("fe80::9", 2))).isTrue();
        assertThat(link.canAsk(scoped("fe80::9", 3))).isFalse();
    }

    @Test
    void thisMachineHasLoopback() throws Exception {
        Interfaces here = new Interfaces(InterfaceList.system().read(true));
        LocalInterface owner = here.ownerOf(address("127.0.0.2"));
        assertThat(owner).isNotNull();
        assertThat(owner.name()).isEqualTo(Lists.loopbackName());
        assertThat(owner.up()).isTrue();
    }

    /** In a process of its own, which has all descriptors taken but a few. */
    @Test
    void aListThatCouldNotBeReadInFullForWantOfDescriptorsIsNoList() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 200 && exec \"$0\" \"$@\"",
                        java.toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutOfDescriptors.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines()).contains("free 0: failed", "free 8: whole").noneMatch(line -> line.endsWith("part"));
    }

    /** Says what is read of the interfaces with so many descriptors free. */
    static final class OutOfDescriptors {
        private OutOfDescriptors() {}

        public static void main(String[] none) throws IOException {
            List<LocalInterface> whole = InterfaceList.system().read(true);
            Deque<InputStream> taken = new ArrayDeque<>();
            try {
                while (true) {
                    taken.push(new FileInputStream("/dev/null"));
                }
            } catch (FileNotFoundException full) {
                // As is to be.
            }
            StringBuilder said = new StringBuilder();
            for (int free = 0; free <= 8; free++) {
                said.append("free ")
                        .append(free)
                        .append(": ")
                        .append(read(whole))
                        .append('\n');
                taken.pop().close();
            }
            System.out.print(said);
        }

        private static String read(List<LocalInterface> whole) {
            try {
                return InterfaceList.system().read(true).equals(whole) ? "whole" : "part";
            } catch (SocketException failure) {
                return "failed";
            }
        }
    }
}
