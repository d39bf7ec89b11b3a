package dev.spillway.bench.attack;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A contender whose process may open {@code descriptors}. */
record DescriptorLimit(Contender contender, int descriptors) implements Contender {
    @Override
    public String name() {
        return contender.name();
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return contender.version();
    }

    @Override
    public String setUp() {
        return contender.setUp();
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "ulimit -n \"$0\" && exec \"$@\"", Integer.toString(descriptors)));
        command.addAll(contender.prepare(directory, listen, upstream, capacity));
        return command;
    }

    @Override
    public OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return contender.liveHeap(pid);
    }
}
