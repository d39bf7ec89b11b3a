package dev.spillway.server.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One block of the file. It hands out the values of its keys and reports what does not fit; in place of an unfit value
 * it gives the default, so that reading goes on and every problem is found in one run. What was assembled from it is
 * used only if there was no problem.
 */
final class Section {
    private final Section.Context context;
    private final List<String> path;
    private final ConfigObject values;
    private final ConfigObject defaults;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> unfit = new HashSet<>();

    /** What all sections of a file share. */
    record Context(Places places, Problems problems, KnownKeys knownKeys) {}

    private Section(Context context, List<String> path, ConfigObject values, ConfigObject defaults) {
        this.context = context;
        this.path = path;
        this.values = values;
        this.defaults = defaults;
    }

    /** The whole file. */
    static Section root(Context context, ConfigObject values, ConfigObject defaults) {
        return new Section(context, List.of(), values, defaults);
    }

    /** The value of a key that has a default. */
    <T> T get(String key, Scalar.Reader<T> reader) {
        return find(key, reader).orElseGet(() -> {
            ConfigValue byDefault = defaults.get(key);
            try {
                if (byDefault != null) {
                    return reader.read(byDefault);
                }
            } catch (Scalar.Unfit impossible) {
                throw new IllegalStateException(
                        "reference.conf: " + name(key) + ": " + impossible.getMessage(), impossible);
            }
            throw new IllegalStateException("reference.conf: " + name(key) + " has no default");
        });
    }

    /** The value of a key that may be absent or null; empty too if it does not fit, which is then reported. */
    <T> Optional<T> find(String key, Scalar.Reader<T> reader) {
        known.add(key);
        ConfigValue value = values.get(key);
        if (value == null || absent(value) && absent(defaults.get(key))) {
            return Optional.empty();
        }
        return read(key, List.of(key), value, reader);
    }

    /** The value of a key that has to be there. */
    <T> Optional<T> require(String key, String expectation, Scalar.Reader<T> reader) {
        known.add(key);
        ConfigValue value = values.get(key);
        if (absent(value)) {
            missing(key, expectation);
            return Optional.empty();
        }
        return read(key, List.of(key), Objects.requireNonNull(value), reader);
    }

    /** The elements of a list that has to be there. */
    <T> List<T> requireList(String key, String expectation, Scalar.Reader<T> reader) {
        if (!values.containsKey(key)) {
            known.add(key);
            missing(key, expectation);
        }
        return list(key, expectation, reader);
    }

    private void missing(String key, String expectation) {
        unfit.add(key);
        context.problems.add(place(), name(key) + " is missing (expected: " + expectation + ")");
    }

    /** A value, and where it stands. */
    record Placed<T>(T value, Place place) {}

    /** Whether the operator wrote the key, so that its value is not the default's. */
    boolean stated(String key) {
        ConfigValue value = values.get(key);
        return value != null && value.origin().resource() == null;
    }

    /** The elements of a list; those that do not fit are reported and left out. Empty if the key is absent. */
    <T> List<T> list(String key, String expectation, Scalar.Reader<T> reader) {
        return placedList(key, expectation, reader).stream().map(Placed::value).toList();
    }

    /** The same, each with its place. */
    <T> List<Placed<T>> placedList(String key, String expectation, Scalar.Reader<T> reader) {
        known.add(key);
        ConfigValue value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (HoconFile.unresolved(value)) {
            unfit.add(key);
            return List.of();
        }
        if (!(value instanceof ConfigList elements)) {
            report(key, expectation);
            return List.of();
        }
        List<Placed<T>> fit = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            List<String> below = List.of(key, Integer.toString(i));
            Place place = context.places.of(join(below), elements.get(i));
            read(key, below, elements.get(i), reader).ifPresent(element -> fit.add(new Placed<>(element, place)));
        }
        return fit;
    }

    private <T> Optional<T> read(String key, List<String> below, ConfigValue value, Scalar.Reader<T> reader) {
        if (HoconFile.unresolved(value)) {
            unfit.add(key);
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(value));
        } catch (Scalar.Unfit expected) {
            String index = below.size() > 1 ? "[" + below.get(1) + "]" : "";
            unfit.add(key);
            context.problems.add(
                    context.places.of(join(below), value),
                    name(key) + index + " = " + shown(key, value) + " (expected: " + expected.getMessage() + ")");
            return Optional.empty();
        }
    }

    /** The block of that name; its defaults alone if the operator wrote something that is no block. */
    Section block(String key) {
        known.add(key);
        ConfigObject byDefault = defaults.get(key) instanceof ConfigObject block ? block : empty();
        ConfigValue value = values.get(key);
        if (value instanceof ConfigObject block) {
            return new Section(context, join(List.of(key)), block, byDefault);
        }
        if (value != null) {
            unfit.add(key);
            if (!HoconFile.unresolved(value)) {
                report(key, "a block, as " + key + " { ... }");
            }
        }
        return new Section(context, join(List.of(key)), byDefault, byDefault);
    }

    /**
     * All blocks in this one, by the name the operator gave each, in the order of the file. What is no block is reported
     * and left out.
     */
    Map<String, Section> blocks() {
        Map<String, Section> blocks = new LinkedHashMap<>();
        names().stream()
                .sorted(Comparator.comparing((String key) -> place(key).file())
                        .thenComparingInt(key -> place(key).line())
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(key -> {
                    Section block = block(key);
                    if (values.get(key) instanceof ConfigObject) {
                        blocks.put(key, block);
                    }
                });
        return blocks;
    }

    /** The names of everything in this block. */
    Set<String> names() {
        return values.keySet();
    }

    /** Whether none of {@code keys} was reported, so that comparing them makes sense. */
    boolean sound(String... keys) {
        return List.of(keys).stream().noneMatch(unfit::contains);
    }

    /** Reports that the value of {@code key}, for itself well-formed, does not do. */
    void report(String key, String expectation) {
        unfit.add(key);
        ConfigValue value = values.get(key);
        context.problems.add(
                place(key),
                name(key) + (value == null ? "" : " = " + shown(key, value)) + " (expected: " + expectation + ")");
    }

    /** Tells what looks unintended of {@code key}. */
    void warn(String key, String text) {
        context.problems.warn(place(key), name(key) + " " + text);
    }

    /** Reports what is wrong with the block as a whole. */
    void reportSelf(String text) {
        context.problems.add(place(), ConfigUtil.joinPath(path) + " " + text);
    }

    /** Tells what looks unintended of the block as a whole. */
    void warnSelf(String text) {
        context.problems.warn(place(), ConfigUtil.joinPath(path) + " " + text);
    }

    /** Reports every key that nothing asked for. */
    void end() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                Set<String> siblings = new LinkedHashSet<>();
                known.forEach(sibling -> siblings.add(name(sibling)));
                String nearest = context.knownKeys.nearest(name(key), siblings);
                ConfigValue value = values.get(key);
                boolean hidden = value == null || path.contains("admin") || secret(nearest);
                context.problems.add(
                        place(key),
                        name(key) + " = " + (hidden ? "***" : shown(key, value)) + " is unknown (expected: a known key;"
                                + " the nearest is " + nearest + ")");
            }
        }
    }

    /** Takes note of keys that are none of Spillway's business. */
    void ignore(Set<String> keys) {
        known.addAll(keys);
    }

    /** The whole name of a key: {@code spillway.listeners.main.bind}. */
    String name(String key) {
        return ConfigUtil.joinPath(join(List.of(key)));
    }

    /** Where the key stands, or the block it is missing from. */
    Place place(String key) {
        return context.places.of(join(List.of(key)), values.get(key));
    }

    private Place place() {
        return context.places.of(path, values);
    }

    private List<String> join(List<String> below) {
        List<String> whole = new ArrayList<>(path);
        whole.addAll(below);
        return whole;
    }

    private boolean holdsSecrets() {
        return path.equals(List.of("spillway", "admin", "tokens"));
    }

    private static boolean secret(String key) {
        return key.toLowerCase(Locale.ROOT).contains("token");
    }

    private String shown(String key, @Nullable ConfigValue value) {
        if (value == null) {
            return "";
        }
        String origin = value.origin().description().equals("env variables") ? " from the environment" : "";
        return (secret(key) || holdsSecrets() ? "***" : Scalar.shown(value)) + origin;
    }

    private static boolean absent(@Nullable ConfigValue value) {
        return value == null || value.valueType() == ConfigValueType.NULL;
    }

    private static ConfigObject empty() {
        return ConfigValueFactory.fromMap(Map.of());
    }
}
