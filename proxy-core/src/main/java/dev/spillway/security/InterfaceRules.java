package dev.spillway.security;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All rules for interfaces, the most specific first: an address before a block, a smaller block before a larger one, any
 * block before a name, since a name stands for all addresses of an interface. Each value is taken from the first rule that
 * covers the place and says something of it, so that a rule for one address may leave the rest to the interface's.
 */
public final class InterfaceRules {
    /** No rules. */
    public static final InterfaceRules NONE = new InterfaceRules(List.of());

    private static final int NAME = Integer.MAX_VALUE;

    private final List<InterfaceRule> bySpecificity;

    private InterfaceRules(List<InterfaceRule> bySpecificity) {
        this.bySpecificity = bySpecificity;
    }

    /** @throws IllegalArgumentException if two rules have the same selector */
    public static InterfaceRules of(Collection<InterfaceRule> rules) {
        long distinct = rules.stream()
                .map(rule -> rule.block().<Object>map(block -> block).orElse(rule.selector()))
                .distinct()
                .count();
        if (distinct != rules.size()) {
            throw new IllegalArgumentException("interfaces: "
                    + rules.stream().map(InterfaceRule::selector).toList() + " (expected: distinct ones)");
        }
        return rules.isEmpty()
                ? NONE
                : new InterfaceRules(rules.stream()
                        .sorted(Comparator.comparingInt((InterfaceRule rule) ->
                                        rule.block().map(AddressBlock::freeBits).orElse(NAME))
                                .thenComparing(InterfaceRule::selector))
                        .toList());
    }

    /** The rule that gives {@code place} its profile, if one does. */
    Optional<InterfaceRule> profile(Place place) {
        for (InterfaceRule rule : bySpecificity) {
            if (rule.profile().isPresent() && rule.covers(place)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** The rule that says whether MPP acts on a family's connections to {@code place}, if one does. */
    Optional<InterfaceRule> mpp(Place place, Family family) {
        for (InterfaceRule rule : bySpecificity) {
            if (rule.mpp(family) != Toggle.DEFAULT && rule.covers(place)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** The rules, the most specific first. */
    public List<InterfaceRule> rules() {
        return bySpecificity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InterfaceRules rules && bySpecificity.equals(rules.bySpecificity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bySpecificity);
    }

    @Override
    public String toString() {
        return bySpecificity.toString();
    }
}
