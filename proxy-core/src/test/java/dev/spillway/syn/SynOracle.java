package dev.spillway.syn;

import dev.spillway.security.Family;
import java.util.Arrays;
import java.util.Set;

/** What rules mean for a packet, said once more in plain Java, without trees, sets or words. */
final class SynOracle {
    private SynOracle() {}

    /** Whether a SYN alone of {@code source} to {@code destination} is dropped, if the random number is {@code random}. */
    static boolean drops(SynRules rules, byte[] source, byte[] destination, int random) {
        if (mapped(destination) || exempt(rules.destinations(), destination)) {
            return false;
        }
        return rules.order().offenders().stream().anyMatch(each -> covers(each.source(), source))
                || Integer.toUnsignedLong(random) < Math.round(rules.order().dropRate() * 0x1p32);
    }

    private static boolean mapped(byte[] address) {
        return address.length == 16
                && Arrays.equals(Arrays.copyOf(address, 12), new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});
    }

    private static boolean exempt(Destinations destinations, byte[] address) {
        int exempt = longest(destinations.exempt(), address);
        int covered = longest(destinations.covered(), address);
        return exempt >= 0 && exempt >= covered;
    }

    private static int longest(Set<Prefix> prefixes, byte[] address) {
        return prefixes.stream()
                .filter(prefix -> covers(prefix, address))
                .mapToInt(Prefix::bits)
                .max()
                .orElse(-1);
    }

    static boolean covers(Prefix prefix, byte[] address) {
        if ((prefix.family() == Family.IPV4 ? 4 : 16) != address.length) {
            return false;
        }
        for (int bit = 0; bit < prefix.bits(); bit++) {
            long half = bit < 64 ? prefix.high() : prefix.low();
            long wanted = half >>> 63 - bit % 64 & 1;
            if ((address[bit / 8] >>> 7 - bit % 8 & 1) != wanted) {
                return false;
            }
        }
        return true;
    }
}
