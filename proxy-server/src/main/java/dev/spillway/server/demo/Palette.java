package dev.spillway.server.demo;

/** Colour where someone looks at it: on a terminal, unless {@code NO_COLOR} is set. Without it the text is the same. */
public enum Palette {
    /** Escape sequences of ANSI terminals. */
    COLOUR,
    /** None. */
    PLAIN;

    private static final String RESET = "\u001b[0m";

    /** What suits the standard output of this process. */
    public static Palette ofStandardOutput() {
        String none = System.getenv("NO_COLOR");
        boolean wanted = none == null || none.isEmpty();
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        return wanted && terminal ? COLOUR : PLAIN;
    }

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String cyan(String text) {
        return paint("36", text);
    }

    private String paint(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + RESET;
    }
}
