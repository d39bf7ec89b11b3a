package dev.spillway.server.config;

import com.typesafe.config.ConfigValue;
import dev.spillway.server.events.EventFileSettings;
import dev.spillway.server.events.EventSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code events}. */
final class EventsBlock {
    private static final String FILE = "the name of a file, as \"/var/log/spillway/events.jsonl\"";

    private EventsBlock() {}

    static EventSettings read(Section spillway) {
        Section events = spillway.block("events");
        int history = events.get("history", Scalar.whole(1, EventSettings.MAX_HISTORY, ""));
        Section file = events.block("file");
        Optional<Path> path = file.find("path", EventsBlock::path);
        long maxSize = file.get("max-size", Scalar.size(EventFileSettings.MIN_SIZE, EventFileSettings.MAX_SIZE, ""));
        int keep = file.get("keep", Scalar.whole(0, EventFileSettings.MAX_KEEP, "throws a full file away"));
        file.end();
        events.end();
        return new EventSettings(history, path.map(at -> new EventFileSettings(at, maxSize, keep)));
    }

    private static Path path(ConfigValue value) throws Scalar.Unfit {
        try {
            Path path = Path.of(Scalar.text(FILE).read(value));
            return Scalar.fit(path, path.getFileName() != null, FILE);
        } catch (InvalidPathException notOfThisSystem) {
            throw new Scalar.Unfit(FILE);
        }
    }
}
