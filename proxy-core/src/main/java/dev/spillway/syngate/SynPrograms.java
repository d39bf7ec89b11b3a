package dev.spillway.syngate;

import dev.spillway.syn.Compilation;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.SynCompiler;
import dev.spillway.syn.SynOrder;
import dev.spillway.syn.SynRules;
import dev.spillway.syn.Target;
import java.util.HashMap;
import java.util.Map;

/** The programs of one order, one for each set of destinations and each target, made once. Guarded by its owner. */
final class SynPrograms {
    /** Listeners and networks don't have more different ones at a time; if they change that often, all are made anew. */
    private static final int MOST_KEPT = 256;

    private final SynOrder order;
    private final int most;
    private final Map<Place, Compilation> made = new HashMap<>();

    private record Place(Destinations destinations, Target target) {}

    SynPrograms(SynOrder order, int most) {
        this.order = order;
        this.most = most;
    }

    Compilation of(Destinations destinations, Target target) {
        Place place = new Place(destinations, target);
        Compilation known = made.get(place);
        if (known == null) {
            if (made.size() >= MOST_KEPT) {
                made.clear();
            }
            known = new SynCompiler(target, most).compile(new SynRules(order, destinations));
            made.put(place, known);
        }
        return known;
    }

    /** How many instructions the longest has; 0 if there is none. */
    int longest() {
        return made.values().stream().mapToInt(SynPrograms::size).max().orElse(0);
    }

    private static int size(Compilation compilation) {
        if (compilation instanceof Compilation.Whole whole) {
            return whole.program().size();
        }
        return compilation instanceof Compilation.Reduced reduced
                ? reduced.program().size()
                : 0;
    }

    /** How many offenders had no room in the program that has the fewest. */
    int letIn() {
        return made.values().stream()
                .mapToInt(each -> each instanceof Compilation.Reduced reduced
                        ? reduced.letIn().size()
                        : 0)
                .max()
                .orElse(0);
    }
}
