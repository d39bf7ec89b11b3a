package dev.spillway.server.admin;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** The path and the parameters of a request; what is wrong with a parameter is a {@link BadParameter}. */
final class Query {
    private static final int MAX_PARAMETERS = 16;

    private final String path;
    private final Map<String, List<String>> parameters;

    private Query(String path, Map<String, List<String>> parameters) {
        this.path = path;
        this.parameters = parameters;
    }

    /** A parameter that can't be used. */
    static final class BadParameter extends Exception {
        private static final long serialVersionUID = 1;
        private final String expected;

        BadParameter(String error, String expected) {
            super(error, null, false, false);
            this.expected = expected;
        }

        String error() {
            return String.valueOf(getMessage());
        }

        String expected() {
            return expected;
        }
    }

    static Query of(String target) throws BadParameter {
        QueryStringDecoder decoder = new QueryStringDecoder(target, StandardCharsets.UTF_8, true, MAX_PARAMETERS);
        try {
            // The path as it was sent: all of ours are plain, and what needs decoding is not one of them.
            return new Query(decoder.rawPath(), decoder.parameters());
        } catch (IllegalArgumentException malformed) {
            throw new BadParameter("query: not well-formed", "name=value pairs, percent-encoded as UTF-8");
        }
    }

    String path() {
        return path;
    }

    /** Fails on a parameter that {@code names} does not have, and on one that is given twice. */
    void allow(Set<String> names) throws BadParameter {
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = shortened(parameter.getKey());
            if (!names.contains(parameter.getKey())) {
                throw new BadParameter(
                        "parameter " + name + ": unknown",
                        names.isEmpty() ? "no parameter" : "one of " + String.join(", ", new TreeSet<>(names)));
            }
            if (parameter.getValue().size() > 1) {
                throw new BadParameter(
                        "parameter " + name + ": given " + parameter.getValue().size() + " times", "once");
            }
        }
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** The number that {@code name} stands for, or {@code absent}; it has to be in {@code min}–{@code max}. */
    long number(String name, long absent, long min, long max) throws BadParameter {
        List<String> values = parameters.get(name);
        if (values == null) {
            return absent;
        }
        String text = values.get(0);
        long value = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        if (value < min || value > max) {
            throw new BadParameter(
                    "parameter " + name + ": " + shortened(text),
                    max == Long.MAX_VALUE
                            ? "a whole number, " + min + " or more"
                            : "a whole number, " + min + "-" + max);
        }
        return value;
    }

    /** The share that {@code name} stands for, 0 to 1; empty if it is not there. */
    OptionalDouble share(String name) throws BadParameter {
        List<String> values = parameters.get(name);
        if (values == null) {
            return OptionalDouble.empty();
        }
        String text = values.get(0);
        if (!text.matches("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?")) {
            throw new BadParameter("parameter " + name + ": " + shortened(text), "a share, 0 to 1, as 0.95");
        }
        return OptionalDouble.of(Double.parseDouble(text));
    }

    /** The text of {@code name}, which has to be there. */
    String text(String name, String expected) throws BadParameter {
        List<String> values = parameters.get(name);
        if (values == null) {
            throw new BadParameter("parameter " + name + ": missing", expected);
        }
        return values.get(0);
    }

    /** One of a few words, or {@code absent}. */
    String word(String name, String absent, String... words) throws BadParameter {
        List<String> values = parameters.get(name);
        String word = values == null ? absent : values.get(0);
        if (!List.of(words).contains(word)) {
            throw new BadParameter("parameter " + name + ": " + shortened(word), "one of " + String.join(", ", words));
        }
        return word;
    }

    /** What a stranger sent, at a length fit for a message. */
    static String shortened(String text) {
        int longest = 80;
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }
}
