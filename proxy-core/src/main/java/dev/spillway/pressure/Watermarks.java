package dev.spillway.pressure;

/**
 * Shares of a signal's limit, each in 0..1: an episode starts at {@code high}, ends below {@code low}, and within the
 * grace time after an episode a fresh one starts at {@code reentry} already (S24).
 *
 * @param low below it there is no pressure
 * @param reentry between the two
 * @param high from it on there is pressure
 */
public record Watermarks(double low, double reentry, double high) {
    /** @throws IllegalArgumentException unless 0 &lt; low &lt; reentry ≤ high ≤ 1 */
    public Watermarks {
        if (!(low > 0 && low < reentry && reentry <= high && high <= 1)) {
            throw new IllegalArgumentException("low " + low + ", reentry " + reentry + ", high " + high
                    + " (expected: 0 < low < reentry <= high <= 1)");
        }
    }

    /** Where {@code level} stands: 0 at the low mark, 1 at the high one; below 0 and above 1 outside of them. */
    public double position(double level) {
        return (level - low) / (high - low);
    }
}
