package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One that has so few descriptors. */
record Narrow(Contender contender, int descriptors) implements Contender {
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
        String command = String.join(" ", contender.prepare(directory, listen, upstream, capacity));
        return List.of("sh", "-c", "ulimit -n " + descriptors + "; exec " + command);
    }
}
