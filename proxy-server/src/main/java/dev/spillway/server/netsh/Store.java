package dev.spillway.server.netsh;

import java.util.Locale;

/** Where settings are kept (S17). */
public enum Store {
    /** In the running process, until it ends. */
    ACTIVE,
    /** Across restarts. */
    PERSISTENT;

    static final Vocabulary WORDS = Vocabulary.of("active", "persistent");

    /** {@code active} or {@code persistent}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Store of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
