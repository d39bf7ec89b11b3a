package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file that an operator writes: one share as {@code 0.97}, or what is used and what there is as {@code 950 1000}. It is
 * looked at with every reading, and may be replaced as a whole. One that is empty is being written, so what it said
 * before holds a little longer.
 */
final class InjectedFile implements Measure {
    private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String EXPECTED = "a share from 0 to 1, as 0.97, or used and limit, as 950 1000";

    private final PolledFile file;
    private final @Nullable Object identity;
    private final long unit;
    private final LongSupplier clock;
    private byte[] content = {};
    private @Nullable Reading last;
    private long lastAt;

    private InjectedFile(PolledFile file, @Nullable Object identity, long unit, LongSupplier clock) {
        this.file = file;
        this.identity = identity;
        this.unit = unit;
        this.clock = clock;
    }

    /** Opens {@code path}. A share is put as one of {@code unit} bytes. */
    static Measure open(Path path, long unit, LongSupplier clock) throws IOException {
        Object identity = identity(path);
        return new InjectedFile(new PolledFile(path), identity, unit, clock);
    }

    private static @Nullable Object identity(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException("there is no " + path);
        }
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
        if (!found.isRegularFile()) {
            // A pipe would have the reader wait for its writer.
            throw new IOException(path + " is not a regular file");
        }
        return found.fileKey();
    }

    @Override
    public Reading read() throws IOException {
        if (!Objects.equals(identity(file.path()), identity)) {
            throw new IOException(file.path() + " was replaced");
        }
        long now = clock.getAsLong();
        Reading held = last;
        file.read();
        if (held != null && file.blank() && now - lastAt < HOLD_NANOS) {
            return held;
        }
        if (held == null || !file.says(content)) {
            held = parsed();
            last = held;
            content = file.copy();
        }
        lastAt = now;
        return held;
    }

    private Reading parsed() throws IOException {
        String[] words = file.text().strip().split("\\s+", -1);
        try {
            if (words.length == 1 && words[0].matches("[0-9.]{1,20}")) {
                double share = Double.parseDouble(words[0]);
                if (share <= 1) {
                    return new Reading(Signal.INJECTED, Math.round(share * unit), unit);
                }
            } else if (words.length == 2) {
                return new Reading(Signal.INJECTED, Long.parseLong(words[0]), Long.parseLong(words[1]));
            }
        } catch (IllegalArgumentException unfit) {
            throw file.garbage(EXPECTED);
        }
        throw file.garbage(EXPECTED);
    }

    @Override
    public void close() {
        file.close();
    }
}
