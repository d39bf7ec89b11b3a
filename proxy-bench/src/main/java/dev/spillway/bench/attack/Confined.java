package dev.spillway.bench.attack;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** A contender whose processes run in {@code group}. */
public record Confined(Contender contender, TcpMemoryGroup group) implements Contender {
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
        return group.around(contender.prepare(directory, listen, upstream, capacity));
    }

    @Override
    public OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return contender.liveHeap(pid);
    }
}
