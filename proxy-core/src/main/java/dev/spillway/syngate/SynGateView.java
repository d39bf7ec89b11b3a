package dev.spillway.syngate;

/**
 * The SYN gate at one moment, for whoever watches.
 *
 * @param kind which means it has: {@code kernel-filter}, {@code sinkhole}, {@code accept-pause}, {@code accept-reset}
 * @param reason why that was taken
 * @param dropRate in force, 0..1
 * @param offenders prefixes that are kept out wholly
 * @param offendersLetIn prefixes that should be, and had no room in the program
 * @param programs programs in force now: one for each socket that has a filter, one for each listener that has a sinkhole
 * @param programSize instructions of the longest of them
 * @param dropped SYNs dropped in the kernel so far, those that a client sent again included
 * @param openings times it was opened because the controller was not heard of
 * @param failures programs that the kernel refused, and sinkholes that could not be had
 */
public record SynGateView(
        String kind,
        String reason,
        double dropRate,
        int offenders,
        int offendersLetIn,
        int programs,
        int programSize,
        long dropped,
        long openings,
        long failures) {
    static SynGateView of(String kind, String reason, double dropRate) {
        return new SynGateView(kind, reason, dropRate, 0, 0, 0, 0, 0, 0, 0);
    }

    SynGateView openings(long count) {
        return new SynGateView(
                kind, reason, dropRate, offenders, offendersLetIn, programs, programSize, dropped, count, failures);
    }
}
