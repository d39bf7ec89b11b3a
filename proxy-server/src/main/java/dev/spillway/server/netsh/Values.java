package dev.spillway.server.netsh;

import dev.spillway.security.PortRange;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Reads single values of a line; what does not fit is told, so that a line's mistakes are all found. */
final class Values {
    private static final int MOST_DIGITS = 9;

    private final Tags.Bound line;
    private final List<Mistake> mistakes;

    Values(Tags.Bound line, List<Mistake> mistakes) {
        this.line = line;
        this.mistakes = mistakes;
    }

    boolean has(String tag) {
        return line.values().containsKey(tag);
    }

    /** What was typed for {@code tag}; empty if nothing was. */
    Optional<Tags.Given> given(String tag) {
        return Optional.ofNullable(line.values().get(tag));
    }

    void mistake(String error, String expected) {
        mistakes.add(new Mistake(error, expected));
    }

    /** One of a few words. */
    Optional<String> word(String tag, Vocabulary words) {
        return given(tag).flatMap(given -> word(tag, given, words, ""));
    }

    /** One of a few words, under the name by which the line's author knows it. */
    Optional<String> word(String name, Tags.Given given, Vocabulary words, String hint) {
        Optional<String> word = words.find(given.value());
        if (word.isEmpty()) {
            mistake(error(name, given), words.expectationFor(given.value()) + hint + position(name, given));
        }
        return word;
    }

    /** A whole number in {@code min} to {@code max}. */
    Optional<Integer> whole(String tag, int min, int max, String meaning) {
        return given(tag).flatMap(given -> {
            Optional<Integer> number = digits(given.value()).filter(n -> n >= min && n <= max);
            if (number.isEmpty()) {
                mistake(error(tag, given), meaning + ", a whole number, " + min + "-" + max + position(tag, given));
            }
            return number;
        });
    }

    /** {@code 0.95} or {@code 95%}, from 0 to 1. */
    Optional<BigDecimal> share(String tag) {
        return given(tag).flatMap(given -> {
            boolean percent = given.value().matches("[0-9]{1,3}(\\.[0-9]{1,6})? ?%");
            String digits = percent ? given.value().replaceFirst(" ?%$", "") : given.value();
            Optional<BigDecimal> share = digits.matches("[0-9]{1,3}(\\.[0-9]{1,9})?|\\.[0-9]{1,9}")
                    ? Optional.of(new BigDecimal(digits).movePointLeft(percent ? 2 : 0))
                    : Optional.empty();
            Optional<BigDecimal> fit = share.filter(each -> each.compareTo(BigDecimal.ONE) <= 0);
            if (fit.isEmpty()) {
                mistake(error(tag, given), "a share, 0 to 1, as 0.95 or 95%" + position(tag, given));
            }
            return fit;
        });
    }

    /** {@code 5000-5009} or {@code 22}. */
    Optional<PortRange> range(String tag) {
        return given(tag).flatMap(given -> {
            try {
                return Optional.of(PortRange.parse(given.value()));
            } catch (IllegalArgumentException notARange) {
                mistake(error(tag, given), "a port or a range, as 22 or 5000-5009, the lower port first, in 0-65535");
                return Optional.empty();
            }
        });
    }

    /** Decimal digits of ASCII and nothing else; a number that is far too large comes out as one that is too large. */
    private static Optional<Integer> digits(String text) {
        if (!text.matches("[0-9]+")) {
            return Optional.empty();
        }
        String significant = text.replaceFirst("^0+(?=.)", "");
        return Optional.of(significant.length() > MOST_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(significant));
    }

    static String error(String name, Tags.Given given) {
        return name + ": " + (given.value().isEmpty() ? "no value" : Mistake.shown(given.value()));
    }

    /** Whoever leaves a tag out may not know which place a value took. */
    private static String position(String name, Tags.Given given) {
        return given.typedTag() == null
                ? "; without a tag " + new Word(null, given.value()) + " stands in the place of " + name + "="
                : "";
    }
}
