package dev.spillway.server.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line an operator has to look at for a key.
 *
 * <p>The origin of a finished value is not that line: behind {@code ${X}} it is where X is defined, which may be the
 * environment, and for a text put together from parts it is the first line of any part. So the line is looked up in the
 * file as it was written, before substitution, and the finished value is asked only where that is not possible.
 */
final class Places {
    private static final Pattern LINES = Pattern.compile(".*: (\\d+)-(\\d+)", Pattern.DOTALL);

    private final Path named;
    private final Path absolute;
    private final ConfigObject written;

    /**
     * @param named the main file as the operator named it
     * @param written the parsed file, nothing substituted
     */
    Places(Path named, ConfigObject written) {
        this.named = named;
        this.absolute = named.toAbsolutePath();
        this.written = written;
    }

    /** The place of the value at {@code path}, or of the innermost block around it that has one. */
    Place of(List<String> path, @Nullable ConfigValue finished) {
        Place nearest = new Place(named.toString(), 0);
        ConfigValue node = written;
        for (String key : path) {
            ConfigValue child = child(node, key);
            if (child == null) {
                Place own = finished == null ? null : of(finished);
                return own == null ? nearest : own;
            }
            Place place = of(child);
            nearest = place == null ? nearest : place;
            node = child;
        }
        Matcher lines = LINES.matcher(node.origin().description());
        if (finished != null && !(node instanceof ConfigObject) && lines.matches()) {
            boolean oneLine = !LINES.matcher(finished.origin().description()).matches();
            Place own = oneLine ? of(finished) : null;
            return own == null ? new Place(nearest.file(), Integer.parseInt(lines.group(2))) : own;
        }
        return nearest;
    }

    /** The place an exception of the library points at; the main file if it points nowhere. */
    Place of(ConfigException trouble) {
        Place place = trouble.origin() == null ? null : of(trouble.origin());
        return place == null ? new Place(named.toString(), 0) : place;
    }

    /** How to call {@code file}: the way the operator named the main file, as far as it lies beside or below that. */
    String name(Path file) {
        Path folder = Objects.requireNonNull(absolute.getParent());
        if (!file.startsWith(folder)) {
            return file.toString();
        }
        return named.resolveSibling(folder.relativize(file)).toString();
    }

    private static @Nullable ConfigValue child(ConfigValue node, String key) {
        try {
            if (node instanceof ConfigObject block) {
                return block.get(key);
            }
            int index = key.matches("[0-9]{1,6}") ? Integer.parseInt(key) : -1;
            return node instanceof ConfigList list && index >= 0 && index < list.size() ? list.get(index) : null;
        } catch (ConfigException.NotResolved mergedLater) {
            return null;
        }
    }

    private @Nullable Place of(ConfigValue value) {
        Place place = of(value.origin());
        if (place == null && value instanceof ConfigObject block) {
            try {
                return block.values().stream()
                        .map(this::of)
                        .filter(Objects::nonNull)
                        .min(Comparator.comparing(Place::file).thenComparingInt(Place::line))
                        .orElse(null);
            } catch (ConfigException.NotResolved mergedLater) {
                return null;
            }
        }
        return place;
    }

    private @Nullable Place of(ConfigOrigin origin) {
        // A default comes from a resource, and that is not where an operator has to look.
        return origin.filename() == null || origin.resource() != null
                ? null
                : new Place(name(Path.of(origin.filename())), Math.max(0, origin.lineNumber()));
    }
}
