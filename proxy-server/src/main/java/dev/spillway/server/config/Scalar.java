package dev.spillway.server.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;

/**
 * Single values: HOCON's forms of them, each within its range.
 *
 * <p>Every method takes a value and gives what it stands for, or throws {@link Unfit} with what was expected instead.
 */
final class Scalar {
    private static final int LONGEST_SHOWN = 100;

    private Scalar() {}

    /** Reads one kind of value. */
    interface Reader<T> {
        T read(ConfigValue value) throws Unfit;
    }

    /** A value is not what was expected; the message says what was, to follow after "expected:". */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String expectation) {
            super(expectation);
        }
    }

    /** A time of {@code min} to {@code max}; zero too, if {@code zero} says what it means. */
    static Reader<Duration> time(Duration min, Duration max, String zero) {
        String range = "a time of " + Quantity.time(min) + " to " + Quantity.time(max)
                + " with its unit, as \"500ms\", \"10s\" or \"5m\"" + (zero.isEmpty() ? "" : "; 0 " + zero);
        return value -> {
            Duration time = library(range, () -> value.atKey("v").getDuration("v"));
            boolean fits = time.isZero() && !zero.isEmpty() || time.compareTo(min) >= 0 && time.compareTo(max) <= 0;
            return fit(time, fits, range);
        };
    }

    /** A size in bytes, {@code min} to {@code max}; zero too, if {@code zero} says what it means. */
    static Reader<Long> size(long min, long max, String zero) {
        String range = "a size of " + Quantity.size(min) + " to " + Quantity.size(max)
                + ", as \"512B\", \"64KiB\" or \"1MiB\"" + (zero.isEmpty() ? "" : "; 0 " + zero);
        return value -> {
            ConfigMemorySize size = library(range, () -> value.atKey("v").getMemorySize("v"));
            BigInteger bytes = size.toBytesBigInteger();
            long exact = bytes.bitLength() < Long.SIZE ? bytes.longValue() : Long.MAX_VALUE;
            return fit(exact, exact == 0 && !zero.isEmpty() || exact >= min && exact <= max, range);
        };
    }

    /** A size that is a power of two. */
    static Reader<Integer> powerOfTwo(int min, int max) {
        String range = "a power of two, " + Quantity.size(min) + " to " + Quantity.size(max) + ", as \"64KiB\"";
        return value -> {
            long bytes = library(range, () -> value.atKey("v").getMemorySize("v"))
                    .toBytesBigInteger()
                    .min(BigInteger.valueOf(Long.MAX_VALUE))
                    .longValue();
            return (int) (long) fit(bytes, bytes >= min && bytes <= max && Long.bitCount(bytes) == 1, range);
        };
    }

    /** A whole number. */
    static Reader<Integer> whole(int min, int max, String zero) {
        String range = "a whole number, " + min + " to " + max + (zero.isEmpty() ? "" : "; 0 " + zero);
        return value -> {
            String text = value.unwrapped() == null ? "" : value.unwrapped().toString();
            try {
                int number = new BigDecimal(text).intValueExact();
                return fit(number, number >= min && number <= max, range);
            } catch (ArithmeticException | NumberFormatException noWholeNumber) {
                throw new Unfit(range);
            }
        };
    }

    /** A number. */
    static Reader<Double> number(String range, double min, double below) {
        return value -> {
            double number = library(range, () -> value.atKey("v").getDouble("v"));
            return fit(number, number >= min && number < below, range);
        };
    }

    /** A switch. */
    static Reader<Boolean> flag() {
        return value -> library("true or false", () -> value.atKey("v").getBoolean("v"));
    }

    /** One of a few words. */
    static <E> Reader<E> word(Map<String, E> words) {
        return value -> {
            E word = value.unwrapped() == null
                    ? null
                    : words.get(value.unwrapped().toString());
            if (word == null) {
                throw new Unfit("one of " + String.join(", ", words.keySet()));
            }
            return word;
        };
    }

    /** Any text that is not blank. */
    static Reader<String> text(String expectation) {
        return value -> {
            boolean text = value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.NUMBER;
            String content = text ? value.unwrapped().toString() : "";
            return fit(content, !content.isBlank(), expectation);
        };
    }

    static <T> T fit(T value, boolean fits, String expectation) throws Unfit {
        if (!fits) {
            throw new Unfit(expectation);
        }
        return value;
    }

    private interface Getter<T> {
        T get();
    }

    /** The library's reading of a value; its complaint is left out, ours says more. */
    private static <T> T library(String expectation, Getter<T> getter) throws Unfit {
        try {
            return getter.get();
        } catch (ConfigException notOfThisKind) {
            throw new Unfit(expectation);
        }
    }

    /** How a value is shown in a message: as HOCON, a block only as such, cut if it is long. */
    static String shown(ConfigValue value) {
        if (value.valueType() == ConfigValueType.OBJECT) {
            return "{...}";
        }
        String text = value.render(ConfigRenderOptions.concise());
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }
}
