package dev.spillway.syn;

import dev.spillway.security.Family;
import java.util.Collection;
import java.util.Set;

/**
 * At which local addresses of a listener newcomers may be kept out. The most specific of the prefixes that cover an address
 * decides; an address that is both counts as exempt.
 *
 * @param exempt addresses whose newcomers are left alone
 * @param covered addresses whose newcomers may be kept out
 * @param othersExempt whether addresses that neither covers are left alone
 */
public record Destinations(Set<Prefix> exempt, Set<Prefix> covered, boolean othersExempt) {
    /** Every address. */
    public static final Destinations ALL = new Destinations(Set.of(), Set.of(), false);

    public Destinations {
        exempt = Set.copyOf(exempt);
        covered = Set.copyOf(covered);
    }

    /** Every address but these. */
    public static Destinations allBut(Collection<Prefix> exempt) {
        return new Destinations(Set.copyOf(exempt), Set.of(), false);
    }

    /** All addresses of a family, to be exempt or covered. */
    public static Prefix every(Family family) {
        return new Prefix(family, 0, 0, 0);
    }

    /** Where newcomers are left alone. */
    PrefixSet spared() {
        return PrefixSet.mostSpecific(exempt, covered, othersExempt);
    }
}
