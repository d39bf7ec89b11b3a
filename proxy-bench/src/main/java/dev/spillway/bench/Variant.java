package dev.spillway.bench;

import dev.spillway.bench.contender.Spillway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Another Spillway beside the first: what {@code --also} says, as
 * {@code NAME=java /usr/lib/jvm/jdk-25; add -XX:+UseCompactObjectHeaders; set transport.kind = nio}. What is not said is as in
 * the first.
 *
 * @param name its column
 * @param java the JVM's executable
 * @param jar the runnable jar
 * @param flags what the JVM is told under traffic, in place of the first's
 * @param added what it is told after all other flags, in whatever it is measured
 * @param settings lines of configuration
 */
record Variant(
        String name,
        Optional<Path> java,
        Optional<Path> jar,
        Optional<List<String>> flags,
        List<String> added,
        List<String> settings) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");

    private static final String FORM = "NAME=WORD VALUE; WORD VALUE; … with the words java, jar, flags, add, set";

    /** @throws IllegalArgumentException if {@code option} is no variant; fit for the user */
    static Variant of(String option) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? "" : option.substring(0, equals).trim();
        if (!NAME.matcher(name).matches()) {
            throw wrong(option, FORM + "; the name of small letters, digits, dots and dashes");
        }
        Optional<Path> java = Optional.empty();
        Optional<Path> jar = Optional.empty();
        Optional<List<String>> flags = Optional.empty();
        List<String> added = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        for (String part : option.substring(equals + 1).split(";")) {
            String[] words = part.trim().split("\\s+", 2);
            if (words.length < 2) {
                throw wrong(option, FORM);
            }
            switch (words[0]) {
                case "java" -> java = Optional.of(executable(option, Path.of(words[1])));
                case "jar" -> jar = Optional.of(readable(option, Path.of(words[1])));
                case "flags" -> flags = Optional.of(List.of(words[1].split("\\s+")));
                case "add" -> added.addAll(List.of(words[1].split("\\s+")));
                case "set" -> settings.add(words[1]);
                default -> throw wrong(option, FORM);
            }
        }
        return new Variant(name, java, jar, flags, List.copyOf(added), List.copyOf(settings));
    }

    /** This variant of {@code first}, told {@code flags} and what is added. */
    Spillway of(Spillway first, List<String> flagsOfFirst) {
        List<String> all = new ArrayList<>(flagsOfFirst);
        all.addAll(added);
        List<String> lines = new ArrayList<>(first.settings());
        lines.addAll(settings);
        return new Spillway(name, java.orElse(first.java()), jar.orElse(first.jar()), all, lines, null);
    }

    /** A JVM's executable, also where only its home is named. */
    private static Path executable(String option, Path path) {
        Path inHome = path.resolve("bin").resolve("java");
        if (Files.isExecutable(inHome)) {
            return inHome;
        }
        if (Files.isRegularFile(path) && Files.isExecutable(path)) {
            return path;
        }
        throw wrong(option, "a JVM's home or executable, not '" + path + "'");
    }

    private static Path readable(String option, Path path) {
        if (!Files.isReadable(path)) {
            throw wrong(option, "a jar that can be read, not '" + path + "'");
        }
        return path.toAbsolutePath();
    }

    private static IllegalArgumentException wrong(String option, String expected) {
        return new IllegalArgumentException("--also: '" + option + "' (expected: " + expected + ")");
    }
}
