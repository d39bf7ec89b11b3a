package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The words after {@code explain}: {@code [listener=]NAME [local=]ADDRESS [from=]ADDRESS}, each of them optional. */
public final class ExplainLine {
    private static final List<String> ORDER = List.of("listener", "local", "from");
    private static final Tags TAGS = new Tags(ORDER, List.of(), List.of());

    private ExplainLine() {}

    /** What was named, by tag, in the order of the tags. Whether such a listener exists is for the proxy to say. */
    public static Reading<Map<String, String>> read(List<String> words) {
        List<Mistake> mistakes = new ArrayList<>();
        Values values = new Values(TAGS.bind(words, mistakes), mistakes);
        Map<String, String> named = new LinkedHashMap<>();
        for (String tag : ORDER) {
            values.given(tag).ifPresent(given -> {
                if (given.value().isEmpty()) {
                    values.mistake(
                            Values.error(tag, given),
                            tag.equals("listener") ? "the name of a listener" : "an address, as 198.18.0.1");
                }
                named.put(tag, given.value());
            });
        }
        return mistakes.isEmpty() ? new Reading.Understood<>(named) : new Reading.Refused<>(mistakes);
    }
}
