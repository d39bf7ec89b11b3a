package dev.spillway.server.netsh;

import dev.spillway.server.spelling.Spelling;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A few words of which one may be typed in any case and shortened as long as it stays clear which is meant, as netsh has
 * it. A word typed in full is that word, even if it begins another.
 */
final class Vocabulary {
    private final List<String> words;

    /** @param words in lower case, in the order in which messages list them */
    Vocabulary(List<String> words) {
        this.words = List.copyOf(words);
    }

    static Vocabulary of(String... words) {
        return new Vocabulary(List.of(words));
    }

    /** The words that {@code typed} can stand for: none, one, or several if it is too short. */
    List<String> candidates(String typed) {
        String lower = typed.toLowerCase(Locale.ROOT);
        if (words.contains(lower)) {
            return List.of(lower);
        }
        return lower.isEmpty()
                ? List.of()
                : words.stream().filter(word -> word.startsWith(lower)).toList();
    }

    /** The one word that {@code typed} stands for; empty if there is none or more than one. */
    Optional<String> find(String typed) {
        List<String> candidates = candidates(typed);
        return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    /** What was expected in place of {@code typed}: every word, and why that was none or which is nearest. */
    String expectationFor(String typed) {
        List<String> candidates = candidates(typed);
        String all = listed("or");
        if (candidates.size() > 1) {
            return all + "; " + Mistake.shown(typed) + " is short for "
                    + new Vocabulary(candidates).listed("as well as");
        }
        return all + nearest(typed).map(word -> "; the nearest is " + word).orElse("");
    }

    private Optional<String> nearest(String typed) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return words.size() < 2
                ? Optional.empty()
                : Spelling.nearest(lower, words).filter(word -> !lower.isEmpty() && Spelling.near(lower, word));
    }

    /** {@code enabled, disabled or default}. */
    String listed(String last) {
        int size = words.size();
        return size < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, size - 1)) + " " + last + " " + words.get(size - 1);
    }

    List<String> words() {
        return words;
    }
}
