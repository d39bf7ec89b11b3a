package dev.spillway.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file with its includes, as it was written and as it is meant: every substitution made, every default applied.
 */
final class HoconFile {
    /** Stands for a substitution that was reported; a value with it in is not judged again. */
    private static final String UNRESOLVED = "\uE000unresolved\uE000";

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{\\??([^}]*)}");

    private final ConfigObject written;
    private final ConfigObject values;
    private final ConfigObject defaults;
    private final Places places;

    private HoconFile(ConfigObject written, ConfigObject values, ConfigObject defaults, Places places) {
        this.written = written;
        this.values = values;
        this.defaults = defaults;
        this.places = places;
    }

    /**
     * Reads {@code file}. Unresolved substitutions are left in {@code problems}; what else keeps the file from being
     * read is thrown.
     */
    static HoconFile read(Path file, Problems problems) throws InvalidConfiguration {
        Places nowhere = new Places(file, ConfigFactory.empty().root());
        access(file, problems);
        problems.throwIfAny(file.toString());
        Config parsed = parse(file, nowhere, problems);
        Places places = new Places(file, parsed.root());
        Config reference = reference();
        Config resolved = resolve(parsed.withFallback(reference), file, places, problems);
        return new HoconFile(parsed.root(), resolved.root(), reference.root(), places);
    }

    /** The defaults that ship with Spillway. */
    static Config reference() {
        return ConfigFactory.parseResources(HoconFile.class.getClassLoader(), "reference.conf")
                .resolve();
    }

    private static void access(Path file, Problems problems) {
        Place place = new Place(file.toString(), 0);
        if (!Files.exists(file)) {
            problems.add(place, "no such file (expected: a configuration file; run \"spillway check --help\" for one)");
        } else if (Files.isDirectory(file)) {
            problems.add(place, "is a directory (expected: a configuration file)");
        } else if (!Files.isReadable(file)) {
            problems.add(place, "permission denied (expected: a file that the user Spillway runs as may read)");
        }
    }

    private static Config parse(Path file, Places places, Problems problems) throws InvalidConfiguration {
        // An absolute file: the library finds no included sibling of a file that was named without a folder.
        ConfigParseOptions options = ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setAllowMissing(false)
                .setIncluder(new Includes(file, places, problems));
        Config parsed = ConfigFactory.empty();
        try {
            parsed = ConfigFactory.parseFile(file.toAbsolutePath().toFile(), options);
        } catch (ConfigException.IO unreadable) {
            problems.add(
                    places.of(unreadable), "can't be read (expected: a file that the user Spillway runs as may read)");
        } catch (ConfigException syntax) {
            problems.add(places.of(syntax), syntaxError(syntax));
        } catch (StackOverflowError tooDeep) {
            problems.add(new Place(file.toString(), 0), "is nested too deeply (expected: blocks a few levels deep)");
        }
        problems.throwIfAny(file.toString());
        return parsed;
    }

    private static String syntaxError(ConfigException syntax) {
        String detail = String.valueOf(syntax.getMessage());
        if (detail.contains("include statements nested")) {
            return "includes itself, directly or through another file (expected: includes without a circle)";
        }
        if (syntax.origin() != null) {
            String origin = syntax.origin().description() + ": ";
            detail = detail.startsWith(origin) ? detail.substring(origin.length()) : detail;
        }
        int advice = detail.indexOf(" (if you ");
        detail = (advice < 0 ? detail : detail.substring(0, advice)).strip();
        return "syntax error" + (showsSecret(syntax) ? "" : ": " + detail)
                + " (expected: HOCON, each brace, bracket and quote closed)";
    }

    /** Whether the parser may have quoted a token: it quotes a piece of the line it stumbled over. */
    private static boolean showsSecret(ConfigException syntax) {
        if (syntax.origin() == null || syntax.origin().filename() == null) {
            return false;
        }
        try {
            String text = Files.readString(Path.of(syntax.origin().filename()), StandardCharsets.ISO_8859_1);
            List<String> lines = text.lines().toList();
            int line = syntax.origin().lineNumber();
            return lines
                    .subList(Math.max(0, Math.min(line - 2, lines.size())), Math.max(0, Math.min(line, lines.size())))
                    .stream()
                    .anyMatch(content -> content.toLowerCase(Locale.ROOT).contains("token"));
        } catch (IOException unreadable) {
            return true;
        }
    }

    /**
     * Makes the substitutions. The library stops at the first that has no value; each such name is given a stand-in
     * here and the rest tried again, so that all of them are found.
     */
    private static Config resolve(Config config, Path file, Places places, Problems problems)
            throws InvalidConfiguration {
        Map<String, ConfigValue> standIns = new HashMap<>();
        ConfigResolveOptions options = ConfigResolveOptions.defaults().appendResolver(new StandIns(standIns));
        while (true) {
            try {
                return config.resolve(options);
            } catch (ConfigException.UnresolvedSubstitution unresolved) {
                Matcher name = SUBSTITUTION.matcher(String.valueOf(unresolved.getMessage()));
                String path = name.find() ? name.group(1) : "";
                boolean circle = String.valueOf(unresolved.getMessage()).contains("cycle");
                problems.add(
                        places.of(unresolved),
                        circle
                                ? "${" + path + "} refers to itself in a circle (expected: a value in the end)"
                                : "${" + path
                                        + "} has no value (expected: a key of the file or an environment variable of that"
                                        + " name; ${?" + path + "} may stay without)");
                if (circle || standIns.put(path, ConfigValueFactory.fromAnyRef(UNRESOLVED)) != null) {
                    problems.throwIfAny(file.toString());
                }
            } catch (ConfigException clash) {
                if (problems.none()) {
                    problems.add(
                            places.of(clash),
                            "a block or a list is joined with a value of another kind (expected:"
                                    + " blocks with blocks, lists with lists, texts with texts)");
                }
                problems.throwIfAny(file.toString());
            }
        }
    }

    private record StandIns(Map<String, ConfigValue> values) implements ConfigResolver {
        @Override
        public @Nullable ConfigValue lookup(String path) {
            return values.get(path);
        }

        @Override
        public ConfigResolver withFallback(ConfigResolver fallback) {
            return this;
        }
    }

    /** Whether {@code value} is or has in it a substitution that was reported already. */
    static boolean unresolved(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                && value.unwrapped().toString().contains(UNRESOLVED);
    }

    /** Names at the top of the file that some substitution in it refers to: the operator's own variables. */
    Set<String> variables() {
        Set<String> names = new HashSet<>();
        Matcher reference = SUBSTITUTION.matcher(written.render(ConfigRenderOptions.concise()));
        while (reference.find()) {
            names.add(reference.group(1).replaceAll("[.\\[].*|\"", ""));
        }
        return names;
    }

    /** What the operator wrote at the top of the file. */
    Set<String> topLevel() {
        return written.keySet();
    }

    ConfigObject values() {
        return values;
    }

    ConfigObject defaults() {
        return defaults;
    }

    Places places() {
        return places;
    }
}
