package dev.spillway.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceGroupTest {
    private static SourceGroup group(String address, int v4, int v6) throws Exception {
        return SourceGroup.of(InetAddress.getByName(address), v4, v6);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,32,64,192.0.2.7",
        "192.0.2.255,24,64,192.0.2.0/24",
        "192.0.2.129,25,64,192.0.2.128/25",
        "255.255.255.255,1,64,128.0.0.0/1",
        "192.0.2.7,0,64,0.0.0.0/0",
        "2001:db8:1:2:3:4:5:6,32,64,2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:2:3:4:5:6,32,128,2001:db8:1:2:3:4:5:6",
        "2001:db8:ffff::1,32,33,2001:db8:8000:0:0:0:0:0/33",
        "::1,32,0,0:0:0:0:0:0:0:0/0"
    })
    void onlyTheBitsOfThePrefixCount(String address, int v4, int v6, String shown) throws Exception {
        assertThat(group(address, v4, v6)).hasToString(shown);
    }

    @Test
    void aV4MappedAddressCountsAsIpv4() throws Exception {
        assertThat(group("::ffff:192.0.2.7", 32, 64))
                .isEqualTo(group("192.0.2.7", 32, 64))
                .hasSameHashCodeAs(group("192.0.2.7", 32, 64))
                .hasToString("192.0.2.7");
        assertThat(group("::ffff:192.0.2.7", 24, 64)).isEqualTo(group("192.0.2.200", 24, 64));
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 192, 0, 2, 7};
        assertThat(SourceGroup.of(InetAddress.getByAddress(mapped), 32, 64)).isEqualTo(group("192.0.2.7", 32, 64));
    }

    @Test
    void neighboursInAPrefixAreOneAndThoseOutsideAreNot() throws Exception {
        assertThat(group("2001:db8::1", 32, 64)).isEqualTo(group("2001:db8::ffff:1", 32, 64));
        assertThat(group("2001:db8:0:1::1", 32, 64)).isNotEqualTo(group("2001:db8::1", 32, 64));
        assertThat(group("10.0.0.1", 32, 64)).isNotEqualTo(group("10.0.0.2", 32, 64));
    }

    @Test
    void aNetworkOfOneLengthIsNotThatOfAnother() throws Exception {
        assertThat(group("10.0.0.0", 24, 64)).isNotEqualTo(group("10.0.0.0", 32, 64));
        assertThat(group("0.0.0.0", 0, 0)).isNotEqualTo(group("::", 0, 0));
        assertThat(group("10.0.0.0", 24, 64)).isNotEqualTo("10.0.0.0/24");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1,33,64,33,0-32", "10.0.0.1,-1,64,-1,0-32", "::1,32,129,129,0-128", "::1,32,-1,-1,0-128"})
    void aPrefixBeyondTheAddressIsAnError(String address, int v4, int v6, int told, String expected) {
        assertThatThrownBy(() -> group(address, v4, v6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix length " + told + " (expected: " + expected);
    }

    @Test
    void aScopedAddressIsGroupedWithoutItsScope() throws Exception {
        byte[] linkLocal = new byte[16];
        linkLocal[0] = (byte) 0xfe;
        linkLocal[1] = (byte) 0x80;
        linkLocal[15] = 1;
        InetAddress scoped = java.net.Inet6Address.getByAddress(null, linkLocal, 1);
        assertThat(SourceGroup.of(scoped, 32, 64)).hasToString("fe80:0:0:0:0:0:0:0/64");
    }

    @Test
    void itsBitsTellItFromEveryOther() throws Exception {
        SourceGroup v4 = group("192.0.2.7", 24, 64);
        assertThat(v4.high()).isEqualTo(0xc0000200_00000000L);
        assertThat(v4.low()).isZero();
        assertThat(v4.ipv6()).isFalse();
        assertThat(v4.prefixLength()).isEqualTo(24);
        SourceGroup v6 = group("2001:db8:1:2:ffee:4:5:6", 32, 128);
        assertThat(v6.high()).isEqualTo(0x20010db8_00010002L);
        assertThat(v6.low()).isEqualTo(0xffee0004_00050006L);
        assertThat(v6.ipv6()).isTrue();
        assertThat(v6.prefixLength()).isEqualTo(128);
        assertThat(group("2001:db8:1:2:ffee:4:5:6", 32, 64).low()).isZero();
        assertThat(group("::ffff:192.0.2.7", 32, 64).ipv6()).isFalse();
    }
}
