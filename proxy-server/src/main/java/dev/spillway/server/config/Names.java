package dev.spillway.server.config;

import java.util.regex.Pattern;

/** Names that the operator gives to listeners and upstreams; they show in logs, metrics and thread names. */
final class Names {
    static final String EXPECTED = "1 to 64 letters, digits, \"-\", \"_\" or \".\"";
    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private Names() {}

    static void check(String name, Section section) {
        if (!fit(name)) {
            section.reportSelf("is no fit name (expected: " + EXPECTED + ")");
        }
    }

    static boolean fit(String name) {
        return FIT.matcher(name).matches();
    }
}
