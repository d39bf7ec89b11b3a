package dev.spillway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkLocalPlaceTest {
    private static InetAddress scoped(int scope) throws UnknownHostException {
        return Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), scope);
    }

    @Test
    void theSameLinkLocalAddressIsToldApartByItsLink() throws Exception {
        Place first = new Place(scoped(2), "eth0", NetworkProfile.PUBLIC, "first");
        Place second = new Place(scoped(3), "eth1", NetworkProfile.DOMAIN, "second");
        NetworkMap map = NetworkMap.of(List.of(first, second));
        assertThat(map.of(scoped(2))).isSameAs(first);
        assertThat(map.of(scoped(3))).isSameAs(second);
        assertThat(map.knows(scoped(4))).isFalse();
        assertThat(map.of(scoped(4)).found()).isEqualTo(NetworkProfile.PUBLIC);
        assertThat(map.places()).containsExactly(first, second);
    }
}
