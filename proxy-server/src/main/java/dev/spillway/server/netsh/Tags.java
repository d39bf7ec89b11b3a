package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tags a command takes, and how a line's values get to them.
 *
 * <p>A value with a tag goes to that tag wherever it stands. A value alone goes to the first tag, in the command's order,
 * that is not on the line by name and has no value yet. A shortened tag is looked for among those that netsh has, then
 * among ours, so that our extensions make no old line ambiguous. Hyphens in a tag do not count ({@code start-port}).
 */
final class Tags {
    private final List<String> order;
    private final Vocabulary original;
    private final Vocabulary extensions;
    private final Vocabulary all;
    private final Vocabulary known;

    /** A value as it came to its tag; {@code typedTag} is null if it came by its position. */
    record Given(String value, @Nullable String typedTag) {}

    /** The values by tag. */
    record Bound(Map<String, Given> values) {}

    /**
     * @param order tags that netsh has, in the order of values alone
     * @param extensions tags of our own, by name only
     * @param refused tags that are understood only to say why they are not taken; no message offers them
     */
    Tags(List<String> order, List<String> extensions, List<String> refused) {
        this.order = List.copyOf(order);
        this.original = new Vocabulary(order);
        this.extensions = new Vocabulary(extensions);
        List<String> both = new ArrayList<>(order);
        both.addAll(extensions);
        this.known = new Vocabulary(both);
        both.addAll(refused);
        this.all = new Vocabulary(both);
    }

    /** Brings the values of {@code line} to their tags; what has no place is told in {@code mistakes}. */
    Bound bind(List<String> line, List<Mistake> mistakes) {
        List<Word> words = Word.split(line);
        Map<String, Given> values = new LinkedHashMap<>();
        for (Word word : words) {
            if (word.tag() != null) {
                tagged(word, word.tag(), values, mistakes);
            }
        }
        for (Word word : words) {
            if (word.tag() == null) {
                positional(word, values, mistakes);
            }
        }
        return new Bound(values);
    }

    private void tagged(Word word, String typed, Map<String, Given> values, List<Mistake> mistakes) {
        String plain = unhyphened(typed.toLowerCase(Locale.ROOT));
        List<String> candidates = candidates(plain);
        if (candidates.size() != 1) {
            mistakes.add(unknown(word, typed, plain, candidates));
        } else if (values.putIfAbsent(candidates.get(0), new Given(word.value(), plain)) != null) {
            mistakes.add(new Mistake(candidates.get(0) + ": given again, as " + word, candidates.get(0) + "= once"));
        }
    }

    private List<String> candidates(String plain) {
        List<String> exact = all.words().stream()
                .filter(tag -> unhyphened(tag).equals(plain))
                .toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        List<String> ofNetsh = beginning(original, plain);
        return ofNetsh.isEmpty() ? beginning(extensions, plain) : ofNetsh;
    }

    private static List<String> beginning(Vocabulary tags, String plain) {
        return plain.isEmpty()
                ? List.of()
                : tags.words().stream()
                        .filter(tag -> unhyphened(tag).startsWith(plain))
                        .toList();
    }

    private static String unhyphened(String tag) {
        return tag.replace("-", "");
    }

    private Mistake unknown(Word word, String typed, String plain, List<String> candidates) {
        if (candidates.size() > 1) {
            return new Mistake(
                    word.toString(),
                    "a tag that can be only one; " + Mistake.shown(typed) + " is short for "
                            + new Vocabulary(candidates).listed("as well as"));
        }
        return new Mistake(word.toString(), "one of the tags " + known.expectationFor(plain));
    }

    private void positional(Word word, Map<String, Given> values, List<Mistake> mistakes) {
        for (String tag : order) {
            if (values.putIfAbsent(tag, new Given(word.value(), null)) == null) {
                return;
            }
        }
        String position = order.isEmpty() ? "no value without a tag" : "values without a tag only as " + order();
        mistakes.add(new Mistake(word.toString(), position + "; that place is taken"));
    }

    /** The order of values alone, as a usage line has it. */
    private String order() {
        return String.join(", ", order);
    }
}
