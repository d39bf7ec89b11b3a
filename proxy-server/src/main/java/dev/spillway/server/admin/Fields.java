package dev.spillway.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.spillway.server.spelling.JsonTree;
import dev.spillway.server.spelling.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The fields of an object in a body. What does not fit is noted and read as absent, so that one answer tells all that is
 * wrong; {@link #end} throws it. {@code null} is read as absent.
 */
final class Fields {
    /** Problems of one answer; a body full of rubbish must not make one as large. */
    private static final int MOST_TOLD = 50;

    private final JsonNode object;
    private final String place;
    private final List<Answer.Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Fields> below = new ArrayList<>();

    private Fields(JsonNode object, String place, List<Answer.Problem> problems) {
        this.object = object;
        this.place = place;
        this.problems = problems;
    }

    /** @param body an object */
    static Fields of(JsonNode body) {
        return new Fields(body, "", new ArrayList<>());
    }

    /** A text. */
    Optional<String> text(String name) {
        return find(name)
                .flatMap(value -> fit(name, value, value.isTextual(), "a text").map(JsonNode::textValue));
    }

    /** One of a few words. */
    Optional<String> word(String name, String... words) {
        List<String> fitting = Arrays.asList(words);
        return find(name)
                .flatMap(value -> fit(
                        name,
                        value,
                        value.isTextual() && fitting.contains(value.textValue()),
                        "one of " + String.join(", ", words)))
                .map(JsonNode::textValue);
    }

    /** Some of a few words, each once. */
    Set<String> words(String name, String... words) {
        List<String> fitting = Arrays.asList(words);
        Set<String> found = new LinkedHashSet<>();
        for (JsonNode value : elements(name, "a list of " + String.join(", ", words))) {
            if (!value.isTextual() || !fitting.contains(value.textValue()) || !found.add(value.textValue())) {
                report(name, value, "each once of " + String.join(", ", words));
            }
        }
        return found;
    }

    /** A switch; false if it is absent. */
    boolean flag(String name) {
        return find(name)
                .flatMap(value -> fit(name, value, value.isBoolean(), "true or false"))
                .map(JsonNode::booleanValue)
                .orElse(false);
    }

    /** A whole number. */
    OptionalInt whole(String name, int min, int max) {
        Optional<JsonNode> number = find(name)
                .flatMap(value -> fit(
                        name,
                        value,
                        value.isInt() && value.intValue() >= min && value.intValue() <= max,
                        "a whole number, " + min + "-" + max));
        return number.isPresent() ? OptionalInt.of(number.get().intValue()) : OptionalInt.empty();
    }

    /** Whole numbers from 0, at most {@code most} of them; of several equal ones the first. */
    Set<Long> numbers(String name, int most) {
        String expected = "a list of 1-" + most + " whole numbers";
        List<JsonNode> values = elements(name, expected);
        Set<Long> numbers = new LinkedHashSet<>();
        if (values.size() > most) {
            problem(name + ": " + values.size() + " of them", expected);
            return numbers;
        }
        for (JsonNode value : values) {
            if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
                numbers.add(value.longValue());
            } else {
                report(name, value, expected);
            }
        }
        return numbers;
    }

    /** A share, 0 to 1. */
    OptionalDouble share(String name) {
        Optional<JsonNode> share = find(name)
                .flatMap(value -> fit(
                        name,
                        value,
                        value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 1,
                        "a share, 0 to 1, as 0.95"));
        return share.isPresent() ? OptionalDouble.of(share.get().doubleValue()) : OptionalDouble.empty();
    }

    /** An object whose every value is a text, or a whole number, which is taken as its text; in the order they came in. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        find(name)
                .flatMap(value -> fit(name, value, value.isObject(), "an object of texts"))
                .ifPresent(value -> value.properties().forEach(entry -> {
                    if (entry.getValue().isTextual() || entry.getValue().isIntegralNumber()) {
                        texts.put(entry.getKey(), entry.getValue().asText());
                    } else {
                        report(name + "." + Query.shortened(entry.getKey()), entry.getValue(), "a text");
                    }
                }));
        return texts;
    }

    /** A list of objects; each is read as this one is, and ended with it. */
    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        int index = 0;
        for (JsonNode value : elements(name, "a list of objects")) {
            String which = name + "[" + index++ + "]";
            if (value.isObject()) {
                objects.add(new Fields(value, place + which + ".", problems));
            } else {
                report(which, value, "an object");
            }
        }
        below.addAll(objects);
        return objects;
    }

    /** Notes that the value of {@code name}, for itself well-formed, does not do. */
    void report(String name, String expected) {
        JsonNode value = object.get(name);
        if (value == null) {
            problems.add(new Answer.Problem(place + name + ": missing", expected));
        } else {
            report(name, value, expected);
        }
    }

    /** Notes something that is wrong with more than one field, or with a name inside one. */
    void problem(String error, String expected) {
        problems.add(new Answer.Problem(place + error, expected));
    }

    /** Notes it if {@code name} is not there. */
    void need(String name, String expected) {
        if (find(name).isEmpty()) {
            problems.add(new Answer.Problem(place + name + ": missing", expected));
        }
    }

    /** @throws BadRequest with everything that was noted, and every field that nothing asked for */
    void end() throws BadRequest {
        unknown();
        if (problems.size() > MOST_TOLD) {
            int more = problems.size() - MOST_TOLD;
            problems.subList(MOST_TOLD, problems.size()).clear();
            problems.add(new Answer.Problem("and " + more + " more", "fewer"));
        }
        if (!problems.isEmpty()) {
            throw BadRequest.of(problems);
        }
    }

    private void unknown() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problems.add(new Answer.Problem(
                        place + Query.shortened(name) + ": unknown",
                        Spelling.nearest(name, known)
                                .map(nearest -> "one of " + String.join(", ", known) + "; the nearest is " + nearest)
                                .orElse("no field")));
            }
        });
        below.forEach(Fields::unknown);
    }

    private Optional<JsonNode> find(String name) {
        known.add(name);
        return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
    }

    private List<JsonNode> elements(String name, String expected) {
        List<JsonNode> elements = new ArrayList<>();
        find(name)
                .flatMap(value -> fit(name, value, value.isArray(), expected))
                .ifPresent(list -> list.forEach(elements::add));
        return elements;
    }

    private Optional<JsonNode> fit(String name, JsonNode value, boolean fits, String expected) {
        if (!fits) {
            report(name, value, expected);
        }
        return fits ? Optional.of(value) : Optional.empty();
    }

    private void report(String name, JsonNode value, String expected) {
        String shown = value.isTextual() ? value.textValue() : JsonTree.text(value);
        problems.add(new Answer.Problem(place + name + ": " + Query.shortened(shown), expected));
    }
}
