package dev.spillway.syn;

import dev.spillway.security.Family;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * A set of addresses in normal form: disjoint prefixes, ascending, none of which is contained in another, and no two that
 * are the halves of one. It has the addresses it was made of and no others. Immutable.
 */
final class PrefixSet {
    private final List<Prefix> prefixes;

    private PrefixSet(List<Prefix> prefixes) {
        this.prefixes = prefixes;
    }

    /** The union of {@code prefixes}, in any order, overlapping or not. */
    static PrefixSet of(Collection<Prefix> prefixes) {
        Deque<Prefix> normal = new ArrayDeque<>();
        for (Prefix next : prefixes.stream().sorted().toList()) {
            Prefix last = normal.peekLast();
            if (last == null || !last.contains(next)) {
                add(normal, next);
            }
        }
        return new PrefixSet(List.copyOf(normal));
    }

    /** Halves that meet become the whole, which may again be a half. */
    private static void add(Deque<Prefix> normal, Prefix next) {
        Prefix joined = next;
        Prefix last = normal.peekLast();
        while (last != null
                && last.family() == joined.family()
                && last.bits() == joined.bits()
                && joined.bits() > 0
                && last.parent().equals(joined.parent())) {
            joined = joined.parent();
            normal.removeLast();
            last = normal.peekLast();
        }
        normal.addLast(joined);
    }

    /**
     * The addresses for which the most specific rule that covers them says yes. Of two rules for the same prefix, yes counts.
     */
    static PrefixSet mostSpecific(Collection<Prefix> yes, Collection<Prefix> no) {
        List<Rule> rules = new ArrayList<>();
        yes.forEach(prefix -> rules.add(new Rule(prefix, true)));
        no.stream().filter(prefix -> !yes.contains(prefix)).forEach(prefix -> rules.add(new Rule(prefix, false)));
        List<Prefix> found = new ArrayList<>();
        for (Family family : Family.values()) {
            Prefix all = new Prefix(family, 0, 0, 0);
            descend(
                    all,
                    rules.stream().filter(rule -> all.contains(rule.prefix())).toList(),
                    false,
                    found);
        }
        return of(found);
    }

    private record Rule(Prefix prefix, boolean yes) {}

    private static void descend(Prefix at, List<Rule> within, boolean inherited, List<Prefix> found) {
        boolean here = within.stream()
                .filter(rule -> rule.prefix().equals(at))
                .map(Rule::yes)
                .findFirst()
                .orElse(inherited);
        List<Rule> deeper =
                within.stream().filter(rule -> !rule.prefix().equals(at)).toList();
        if (deeper.stream().allMatch(rule -> rule.yes() == here)) {
            if (here) {
                found.add(at);
            }
            return;
        }
        for (boolean one : new boolean[] {false, true}) {
            Prefix half = at.half(one);
            descend(
                    half,
                    deeper.stream().filter(rule -> half.contains(rule.prefix())).toList(),
                    here,
                    found);
        }
    }

    /** Those of one family, ascending. */
    List<Prefix> of(Family family) {
        return prefixes.stream().filter(prefix -> prefix.family() == family).toList();
    }

    /** All, IPv4 first. */
    List<Prefix> all() {
        return prefixes;
    }
}
