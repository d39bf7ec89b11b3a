package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** A proxy program, with one way to set it up. */
public interface Contender {
    /** Short name, unique in a run: a column of the report. */
    String name();

    /**
     * Its version, as the program itself says.
     *
     * @throws IOException if it cannot be run
     */
    String version() throws IOException, InterruptedException;

    /** What the reader has to know of the set-up, in one sentence. */
    String setUp();

    /** Whether the workload or footprint of this id is worth a row: a variant that differs only in bulk has no other. */
    default boolean takes(String id) {
        return true;
    }

    /**
     * Writes what the program needs to know into {@code directory}.
     *
     * @param directory empty, and the program's to use
     * @param listen where it shall listen
     * @param upstream where it shall connect to, each for the listener of the same name
     * @param capacity connections it must be able to hold
     * @return the command that runs it in the foreground
     */
    List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException;

    /** Bytes of live objects of its process {@code pid}, where there is such a thing and a way to ask. */
    default OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return OptionalLong.empty();
    }
}
