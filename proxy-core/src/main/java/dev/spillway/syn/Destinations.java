package dev.spillway.syn;

import dev.spillway.security.Family;
import java.util.Collection;
import java.util.Set;

/**
 * At which local addresses of a listener newcomers may be kept out. The most specific of the prefixes that cover an address
 * decides; an address that is both counts as exempt, and one that is neither as covered.
 *
 * @param exempt addresses whose newcomers are left alone
 * @param covered addresses whose newcomers may be kept out
 */
public record Destinations(Set<Prefix> exempt, Set<Prefix> covered) {
    /** Every address. */
    public static final Destinations ALL = new Destinations(Set.of(), Set.of());

    public Destinations {
        exempt = Set.copyOf(exempt);
        covered = Set.copyOf(covered);
    }

    /** Every address but these. */
    public static Destinations allBut(Collection<Prefix> exempt) {
        return new Destinations(Set.copyOf(exempt), Set.of());
    }

    /** All addresses of a family, to be exempt or covered. */
    public static Prefix every(Family family) {
        return new Prefix(family, 0, 0, 0);
    }

    /** Where newcomers are left alone. */
    PrefixSet spared() {
        return PrefixSet.mostSpecific(exempt, covered);
    }
}
