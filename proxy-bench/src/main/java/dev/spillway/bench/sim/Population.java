package dev.spillway.bench.sim;

/**
 * Clients of one kind.
 *
 * @param behaviour what they do
 * @param count how many, at most 65 536
 * @param from the first comes at, in milliseconds from the start
 * @param over and the last so many milliseconds later
 * @param sources where they come from
 * @param exempt whether they come in by a listener that is exempt
 */
record Population(Behaviour behaviour, int count, int from, int over, Sources sources, boolean exempt) {
    static Population of(Behaviour behaviour, int count, int from, int over) {
        return new Population(behaviour, count, from, over, Sources.EACH_ITS_OWN, false);
    }

    Population from(Sources where) {
        return new Population(behaviour, count, from, over, where, exempt);
    }

    Population onExemptListener() {
        return new Population(behaviour, count, from, over, sources, true);
    }
}
