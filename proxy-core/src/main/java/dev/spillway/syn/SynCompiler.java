package dev.spillway.syn;

import java.util.Comparator;
import java.util.List;

/**
 * Makes programs that are not too long.
 *
 * <p><b>What gives way.</b> Rules that don't fit lose offenders, the lightest first, and as few as that takes. Nothing else
 * gives way: an exempt destination is a promise, and neighbouring prefixes are joined only where the whole has nobody else
 * in it, since a shorter prefix would keep honest neighbours out, whom an attacker could pick. An offender that is let in
 * meets the drop rate as everybody does.
 */
public final class SynCompiler {
    private final Target target;
    private final int most;

    /**
     * For programs of a target.
     *
     * @param most how many instructions there may be, 1–{@link SynProgram#MOST_INSTRUCTIONS}; a kernel may have less memory
     *     for them than its limit says ({@code net.core.optmem_max})
     */
    public SynCompiler(Target target, int most) {
        if (most <= 0 || most > SynProgram.MOST_INSTRUCTIONS) {
            throw new IllegalArgumentException("most: " + most + " (expected: 1-" + SynProgram.MOST_INSTRUCTIONS + ")");
        }
        this.target = target;
        this.most = most;
    }

    /** The program for {@code rules}; some milliseconds for a thousand offenders. */
    public Compilation compile(SynRules rules) {
        SynProgram whole = SynProgram.of(rules, target);
        if (whole.size() <= most) {
            return new Compilation.Whole(whole);
        }
        List<DeniedPrefix> byWeight = rules.order().offenders().stream()
                .sorted(Comparator.comparingLong(DeniedPrefix::weight).reversed())
                .toList();
        SynProgram bare = with(rules, List.of());
        return bare.size() > most ? new Compilation.Impossible(bare.size(), most) : reduce(rules, byWeight, bare);
    }

    /**
     * One offender more may join two prefixes and make the program shorter, but not by more than it can do without: the
     * search finds a number that fits while the next does not.
     */
    private Compilation reduce(SynRules rules, List<DeniedPrefix> byWeight, SynProgram bare) {
        int fits = 0;
        int tooMany = byWeight.size();
        SynProgram best = bare;
        while (tooMany - fits > 1) {
            int tried = (fits + tooMany) >>> 1;
            SynProgram program = with(rules, byWeight.subList(0, tried));
            if (program.size() <= most) {
                fits = tried;
                best = program;
            } else {
                tooMany = tried;
            }
        }
        return new Compilation.Reduced(best, byWeight.subList(fits, byWeight.size()));
    }

    private SynProgram with(SynRules rules, List<DeniedPrefix> offenders) {
        return SynProgram.of(
                new SynRules(new SynOrder(rules.order().dropRate(), offenders), rules.destinations()), target);
    }
}
