package dev.spillway.security;

/**
 * Ports {@code first} to {@code last}, both included, each in 0–65535.
 *
 * @param first the lowest port
 * @param last the highest port, not below {@code first}
 */
public record PortRange(int first, int last) implements Comparable<PortRange> {
    /** The highest port number there is. */
    public static final int MAX_PORT = 65535;

    /** @throws IllegalArgumentException if an end is out of 0–65535 or the range is reversed */
    public PortRange {
        if (first < 0 || last < 0 || first > MAX_PORT || last > MAX_PORT) {
            throw new IllegalArgumentException(first + "-" + last + " (expected: ports in 0-65535)");
        }
        if (first > last) {
            throw new IllegalArgumentException(
                    first + "-" + last + " is reversed (expected: " + last + "-" + first + ")");
        }
    }

    /**
     * Reads {@code "22"} or {@code "5000-5009"}; blanks around the numbers are allowed.
     *
     * @throws IllegalArgumentException naming the text and what was expected
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-', 1);
        try {
            if (dash < 0) {
                int port = port(text);
                return new PortRange(port, port);
            }
            return new PortRange(port(text.substring(0, dash)), port(text.substring(dash + 1)));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: a port or a range of ports, as \"22\" or \"5000-5009\", in 0-65535)",
                    notANumber);
        }
    }

    private static int port(String digits) {
        String trimmed = digits.trim();
        if (trimmed.isEmpty() || trimmed.length() > 5 || !trimmed.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new NumberFormatException(trimmed);
        }
        return Integer.parseInt(trimmed);
    }

    /** How many ports the range has. */
    public int size() {
        return last - first + 1;
    }

    @Override
    public int compareTo(PortRange other) {
        return first != other.first ? Integer.compare(first, other.first) : Integer.compare(last, other.last);
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
