package dev.spillway.bench.sim;

/**
 * What one run showed. Times are milliseconds; bytes of slots are those of a connection's objects.
 *
 * @param crossings how many times a level rose to its high mark, after all had been below their low marks
 * @param reaction longest from a crossing to the first close that had its effect; -1 if there was none
 * @param aboveLongest longest stretch with a level at or above its high mark
 * @param aboveTotal all of them together
 * @param recovery longest from a crossing until every level was below its low mark; to the end if that did not come; -1 without a crossing
 * @param recovered whether that came after each crossing
 * @param honestBytes what honest clients and servers got after the attack began
 * @param exposed honest connections that lived while there was pressure
 * @param falseKills honest connections that were closed
 * @param kills connections that were closed
 * @param overshot bytes by which a level lay below its target when the closes of an episode had had their effect: the most
 * @param connections how many there were at most at one time
 */
record Outcome(
        long crossings,
        long reaction,
        long aboveLongest,
        long aboveTotal,
        long recovery,
        boolean recovered,
        long honestBytes,
        long exposed,
        long falseKills,
        long kills,
        long overshot,
        int connections) {}
