package dev.spillway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and blocks as administrators write them. */
class AddressBlockTest {
    private static AddressBlock block(String text) {
        return AddressBlock.parse(text).orElseThrow();
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    /** As a dual-stack socket may show it; {@code InetAddress.getByName} makes IPv4 of it. */
    private static InetAddress mapped(String ipv4) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[10] = -1;
        bytes[11] = -1;
        System.arraycopy(address(ipv4).getAddress(), 0, bytes, 12, 4);
        return Inet6Address.getByAddress(null, bytes, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,          10.0.0.0,        10.255.255.255, 9.255.255.255",
        "10.0.0.0/8,          10.1.2.3,        10.0.0.1,       11.0.0.0",
        "192.0.2.128/25,      192.0.2.128,     192.0.2.255,    192.0.2.127",
        "192.0.2.6/31,        192.0.2.6,       192.0.2.7,      192.0.2.8",
        "192.0.2.7,           192.0.2.7,       192.0.2.7,      192.0.2.6",
        "192.0.2.7/32,        192.0.2.7,       192.0.2.7,      192.0.2.8",
        "0.0.0.0/0,           0.0.0.0,         255.255.255.255, ::1",
        "::/0,                ::,              ffff::1,        10.0.0.1",
        "2001:db8::/32,       2001:db8::,      2001:db8:ffff::1, 2001:db9::",
        "2001:db8::/33,       2001:db8:7fff::, 2001:db8::1,    2001:db8:8000::",
        "[2001:db8::5],       2001:db8::5,     2001:db8::5,    2001:db8::4",
        "[2001:db8::]/64,     2001:db8::1,     2001:db8::ffff, 2001:db8:0:1::",
        "::ffff:10.0.0.5,     10.0.0.5,        10.0.0.5,       10.0.0.4",
        "::ffff:10.0.0.0/104, 10.0.0.0,        10.255.255.255, 11.0.0.0",
        "::ffff:0:0/96,       0.0.0.0,         255.255.255.255, ::ffff"
    })
    void aBlockHoldsWhatItsPrefixSays(String text, String in, String alsoIn, String out) throws Exception {
        assertThat(block(text).contains(address(in))).isTrue();
        assertThat(block(text).contains(address(alsoIn))).isTrue();
        assertThat(block(text).contains(address(out))).isFalse();
        assertThat(block(block(text).toString())).as("it reads what it writes").isEqualTo(block(text));
    }

    @Test
    void anAddressMappedIntoIpv6IsThatAddressS18() throws Exception {
        assertThat(Family.of(mapped("10.0.0.5"))).isEqualTo(Family.IPV4);
        assertThat(block("10.0.0.0/8").contains(mapped("10.0.0.5"))).isTrue();
        assertThat(block("::/0").contains(mapped("10.0.0.5"))).isFalse();
        assertThat(AddressBlock.of(mapped("10.0.0.5"))).isEqualTo(block("10.0.0.5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "eth0.100", "eth0:1", "lo", "", "10", "10.0", "a.b.c.d", "dead", "br-beef"})
    void whatMayBeANameIsLeftToNames(String text) {
        assertThat(AddressBlock.parse(text)).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1/8,          '10.0.0.0/8'",
        "2001:db8::1/32,      2001:db8:0:0:0:0:0:0/32",
        "0.0.0.1/0,           0.0.0.0/0",
        "::ffff:10.0.0.1/104, 10.0.0.0/8",
        "10.0.0.0/33,         0-32 after the slash",
        "10.0.0.0/,           0-32 after the slash",
        "10.0.0.0/-1,         0-32 after the slash",
        "10.0.0.0/8/8,        0-32 after the slash",
        "10.0.0.0/0x8,        0-32 after the slash",
        "10.0.0.0/99999999999,0-32 after the slash",
        "2001:db8::/129,      0-128 after the slash",
        "::ffff:10.0.0.0/8,   96-128 after the slash",
        "::ffff:10.0.0.0/95,  96-128 after the slash",
        "eth0/8,              an address before the slash",
        "/8,                  an address before the slash",
        "10.0.0.256,          'four numbers, 0-255'",
        "999.999.999.999,     'four numbers, 0-255'",
        "010.0.0.1,           without zeros before them",
        "10.0.0.00/8,         without zeros before them",
        "1::2::3,             an IPv4 or IPv6 address",
        "2001:db8:,           an IPv4 or IPv6 address",
        "12345::,             an IPv4 or IPv6 address",
        "::10.0.0.256,        an IPv4 or IPv6 address",
        "fe80::1%eth0,        without a zone",
        "[fe80::1%2],         without a zone",
        "[2001:db8::1,        without a zone",
        "2001:db8::g,         without a zone"
    })
    void whatIsMeantAsAnAddressAndIsNoneIsAnError(String text, String expectation) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expectation);
    }

    @Test
    void nothingIsLookedUp() {
        // A name service that has to say no takes longer than that, most of all one that can't be reached.
        Assertions.assertTimeout(Duration.ofSeconds(2), () -> {
            for (int i = 0; i < 2_000; i++) {
                String text = "10.0." + i % 256 + "." + (256 + i % 700);
                assertThatThrownBy(() -> AddressBlock.parse(text)).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @Test
    void freeBitsSayHowLargeItIs() {
        assertThat(block("10.0.0.5").freeBits()).isZero();
        assertThat(block("10.0.0.0/8").freeBits()).isEqualTo(24);
        assertThat(block("::/0").freeBits()).isEqualTo(128);
        assertThat(BigInteger.ONE.shiftLeft(block("10.0.0.0/30").freeBits())).isEqualTo(BigInteger.valueOf(4));
    }
}
