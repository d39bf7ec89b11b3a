package dev.spillway.security;

/**
 * How many new connections somebody is allowed. 0 means no limit in each.
 *
 * @param rate new connections a second
 * @param burst how many may come at once before {@code rate} counts; not used without a rate; 0 takes the rate
 * @param halfOpen connections at a time that carry no data yet
 * @param connections connections at a time, whatever they carry
 */
public record Allowance(int rate, int burst, int halfOpen, int connections) {
    /** No limit. */
    public static final Allowance UNLIMITED = new Allowance(0, 0, 0, 0);

    /** @throws IllegalArgumentException if a value is negative */
    public Allowance {
        if (rate < 0 || burst < 0 || halfOpen < 0 || connections < 0) {
            throw new IllegalArgumentException("rate, burst, half-open, connections: " + rate + ", " + burst + ", "
                    + halfOpen + ", " + connections + " (expected: 0 or more each)");
        }
    }

    /** With any number of connections at a time. */
    public Allowance(int rate, int burst, int halfOpen) {
        this(rate, burst, halfOpen, 0);
    }
}
