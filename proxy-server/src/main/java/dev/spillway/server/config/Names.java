package dev.spillway.server.config;

import java.util.regex.Pattern;

/** Names that the operator gives to listeners and upstreams; they show in logs, metrics and thread names. */
final class Names {
    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private Names() {}

    static void check(String name, Section section) {
        if (!FIT.matcher(name).matches()) {
            section.reportSelf("is no fit name (expected: 1 to 64 letters, digits, \"-\", \"_\" or \".\")");
        }
    }
}
