package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which of the four settings a reset is about (S15). */
public final class ResetScope {
    private static final String RATE_LIMIT = "rate-limit";
    private static final Vocabulary SETTINGS = Vocabulary.of("mpp", "profiles", "exemptions", RATE_LIMIT);

    private ResetScope() {}

    /**
     * The settings to reset, in the order in which they were named; empty stands for all four.
     *
     * @param only what was named, words separated by commas; may be cut short
     * @param keepRateLimit whether the rate limit is to stay
     */
    public static Reading<List<String>> read(Optional<String> only, boolean keepRateLimit) {
        List<Mistake> mistakes = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        only.ifPresent(list -> {
            for (String typed : list.split(",", -1)) {
                SETTINGS.find(typed.strip())
                        .ifPresentOrElse(
                                word -> add(word, settings, mistakes),
                                () -> mistakes.add(new Mistake(
                                        "--only: " + (typed.isBlank() ? "nothing" : Mistake.shown(typed.strip())),
                                        "some of " + SETTINGS.expectationFor(typed.strip())
                                                + ", with commas between them")));
            }
        });
        if (keepRateLimit && settings.contains(RATE_LIMIT)) {
            mistakes.add(new Mistake("--keep-rate-limit: beside --only " + RATE_LIMIT, "one of the two"));
        }
        return mistakes.isEmpty() ? new Reading.Understood<>(settings) : new Reading.Refused<>(mistakes);
    }

    private static void add(String word, List<String> settings, List<Mistake> mistakes) {
        if (settings.contains(word)) {
            mistakes.add(new Mistake("--only: " + word + " again", "each setting once"));
        }
        settings.add(word);
    }
}
