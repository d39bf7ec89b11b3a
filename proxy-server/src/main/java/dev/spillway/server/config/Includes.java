package dev.spillway.server.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The library's way of including, and a word about each include that found nothing. The library leaves those out in
 * silence, and reads a folder or a file it may not open as if it were not there.
 */
final class Includes implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL {
    private final List<Path> files;
    private final Places places;
    private final Problems problems;
    private final @Nullable ConfigIncluder library;

    Includes(Path mainFile, Places places, Problems problems) {
        this.files = new ArrayList<>(List.of(mainFile.toAbsolutePath()));
        this.places = places;
        this.problems = problems;
        this.library = null;
    }

    private Includes(Includes that, ConfigIncluder library) {
        this.files = that.files;
        this.places = that.places;
        this.problems = that.problems;
        this.library = library;
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return new Includes(this, fallback);
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        var parseable = context.relativeTo(what);
        if (parseable != null && parseable.origin().filename() != null) {
            files.add(Path.of(parseable.origin().filename()));
        }
        return checked(context, what, () -> fallback().include(context, what));
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        files.add(what.toPath().toAbsolutePath());
        return checked(context, what.getPath(), () -> ((ConfigIncluderFile) fallback()).includeFile(context, what));
    }

    /** Refused: reading a configuration must not wait for, or trust, another machine. */
    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        problems.add(
                line(what.toString()),
                "include url(\"" + what + "\") is not followed (expected: a file of this machine)");
        return ConfigFactory.empty().root();
    }

    private ConfigIncluder fallback() {
        if (library == null) {
            throw new IllegalStateException("no includer of the library to fall back on");
        }
        return library;
    }

    private interface Inclusion {
        ConfigObject run();
    }

    private ConfigObject checked(ConfigIncludeContext context, String what, Inclusion inclusion) {
        ConfigObject included;
        try {
            included = inclusion.run();
        } catch (ConfigException.IO missing) {
            problems.add(
                    line(what),
                    "include required(\"" + what + "\") finds nothing to read (expected: a file that is"
                            + " there and may be read; a plain name is looked for beside the including file)");
            return ConfigFactory.empty().root();
        }
        if (included.isEmpty() && included.origin().filename() == null) {
            unread(what);
        }
        return included;
    }

    private void unread(String what) {
        boolean there = files.stream().map(file -> file.resolveSibling(what)).anyMatch(Files::exists);
        if (there) {
            problems.add(
                    line(what),
                    "include \"" + what + "\" can't be read (expected: a file, not a folder, that the"
                            + " user Spillway runs as may read)");
        } else {
            problems.warn(
                    line(what),
                    "include \"" + what + "\" is not there and is left out; write include required(\"" + what
                            + "\") to make that an error");
        }
    }

    /** The first line of the files read so far that includes {@code what}; the library does not tell. */
    private Place line(String what) {
        Pattern statement = Pattern.compile("\\binclude\\b.*\"" + Pattern.quote(what) + "\"");
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                continue;
            }
            try (Stream<String> lines = Files.lines(file)) {
                List<String> all = lines.toList();
                for (int line = 0; line < all.size(); line++) {
                    if (statement.matcher(all.get(line)).find()) {
                        return new Place(places.name(file), line + 1);
                    }
                }
            } catch (IOException | UncheckedIOException unreadable) {
                continue;
            }
        }
        return new Place(places.name(files.get(0)), 0);
    }
}
