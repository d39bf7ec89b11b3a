package dev.spillway.server.netsh;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words after {@code inject}: {@code [level=]SHARE [seconds=]N}. */
public final class InjectLine {
    private static final Tags TAGS = new Tags(List.of("level", "seconds"), List.of(), List.of());
    private static final int MOST_SECONDS = 3600;

    private InjectLine() {}

    /**
     * A level for a time.
     *
     * @param level a share, 0 to 1
     * @param seconds 1 to 3600
     */
    public record Level(BigDecimal level, int seconds) {}

    /** What the words ask for; both have to be there. */
    public static Reading<Level> read(List<String> words) {
        List<Mistake> mistakes = new ArrayList<>();
        Values values = new Values(TAGS.bind(words, mistakes), mistakes);
        Optional<BigDecimal> level = values.share("level");
        Optional<Integer> seconds = values.whole("seconds", 1, MOST_SECONDS, "for how long");
        if (!values.has("level")) {
            values.mistake("level: missing", "where the signal is to stand, 0 to 1, as 0.95 or 95%");
        }
        if (!values.has("seconds")) {
            values.mistake("seconds: missing", "for how long, 1-" + MOST_SECONDS);
        }
        return level.isPresent() && seconds.isPresent() && mistakes.isEmpty()
                ? new Reading.Understood<>(new Level(level.get(), seconds.get()))
                : new Reading.Refused<>(mistakes);
    }
}
