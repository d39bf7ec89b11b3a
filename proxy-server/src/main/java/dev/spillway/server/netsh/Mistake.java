package dev.spillway.server.netsh;

/**
 * One thing that is wrong with what was typed.
 *
 * @param error name and value: {@code mpp: maybe}
 * @param expected what would have been right, with the nearest known word if one is near
 */
public record Mistake(String error, String expected) {
    private static final int LONGEST_SHOWN = 60;

    /** {@code error (expected: expected)}. */
    @Override
    public String toString() {
        return error + " (expected: " + expected + ")";
    }

    /** What was typed, as a message shows it: cut if it is long, nothing in it that a terminal would obey. */
    static String shown(String typed) {
        StringBuilder shown = new StringBuilder();
        typed.chars().limit(LONGEST_SHOWN).forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
        return shown + (typed.length() > LONGEST_SHOWN ? "..." : "");
    }
}
