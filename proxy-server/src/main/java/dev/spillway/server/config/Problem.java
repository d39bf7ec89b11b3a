package dev.spillway.server.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file the file it is in, as the operator named it; an included file by its own name
 * @param line its line, from 1; 0 if no single line is to blame
 * @param text what is wrong and what was expected: name, value, expectation
 */
public record Problem(String file, int line, String text) {
    /** {@code file:line: text}, or {@code file: text} without a line. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + text;
    }
}
