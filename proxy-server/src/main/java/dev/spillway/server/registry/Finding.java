package dev.spillway.server.registry;

/**
 * Something to tell about a line of the file.
 *
 * @param line from 1; 0 if no single line is meant
 * @param text what is wrong and what was expected
 */
public record Finding(int line, String text) {
    private static final int LONGEST_SHOWN = 80;

    /** Text of the file as a message shows it: cut if it is long, nothing in it that a terminal would obey. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .limit(LONGEST_SHOWN)
                .forEach(c ->
                        shown.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return shown + (text.length() > LONGEST_SHOWN ? "..." : "");
    }
}
