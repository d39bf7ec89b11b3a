package dev.spillway.server.netsh;

import dev.spillway.pressure.Signal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words after {@code explain}. {@code [listener=]NAME [local=]ADDRESS [from=]ADDRESS} ask how a connection is judged;
 * {@code signal=NAME level=SHARE limit=N}, by name only, or no word at all, who would be closed.
 */
public final class ExplainLine {
    private static final List<String> OF_A_JUDGEMENT = List.of("listener", "local", "from");
    private static final List<String> OF_A_FORECAST = List.of("signal", "level", "limit");
    private static final Tags TAGS = new Tags(OF_A_JUDGEMENT, OF_A_FORECAST, List.of());
    private static final Vocabulary SIGNALS =
            new Vocabulary(Arrays.stream(Signal.values()).map(Signal::label).toList());
    private static final int MOST = 1000;

    private ExplainLine() {}

    /**
     * A question.
     *
     * @param forecast whether it is who would be closed, and not how a connection is judged
     * @param named what was named, by tag, in the order of the tags; whether there is such a listener is for the proxy to say
     */
    public record Question(boolean forecast, Map<String, String> named) {}

    /** The question that the words ask. */
    public static Reading<Question> read(List<String> words) {
        List<Mistake> mistakes = new ArrayList<>();
        Values values = new Values(TAGS.bind(words, mistakes), mistakes);
        Map<String, String> judged = judged(values);
        Map<String, String> forecast = forecast(values);
        OF_A_FORECAST.stream()
                .filter(values::has)
                .findFirst()
                .ifPresent(tag -> OF_A_JUDGEMENT.stream()
                        .filter(values::has)
                        .findFirst()
                        .ifPresent(other -> values.mistake(
                                tag + ": beside " + other,
                                "one kind of question: signal=, level= and limit= ask who would be closed; listener=, local= and"
                                        + " from= how a connection is judged")));
        if (!mistakes.isEmpty()) {
            return new Reading.Refused<>(mistakes);
        }
        return new Reading.Understood<>(judged.isEmpty() ? new Question(true, forecast) : new Question(false, judged));
    }

    private static Map<String, String> judged(Values values) {
        Map<String, String> named = new LinkedHashMap<>();
        for (String tag : OF_A_JUDGEMENT) {
            values.given(tag).ifPresent(given -> {
                if (given.value().isEmpty()) {
                    values.mistake(
                            Values.error(tag, given),
                            tag.equals("listener") ? "the name of a listener" : "an address, as 198.18.0.1");
                }
                named.put(tag, given.value());
            });
        }
        return named;
    }

    private static Map<String, String> forecast(Values values) {
        Map<String, String> named = new LinkedHashMap<>();
        values.word("signal", SIGNALS).ifPresent(signal -> named.put("signal", signal));
        values.share("level").ifPresent(level -> named.put("level", plain(level)));
        values.whole("limit", 1, MOST, "how many to list").ifPresent(limit -> named.put("limit", limit.toString()));
        return named;
    }

    /** Without an exponent, and no longer than it has to be. */
    static String plain(BigDecimal share) {
        return share.signum() == 0 ? "0" : share.stripTrailingZeros().toPlainString();
    }
}
