package dev.spillway.bench.contender;

import dev.spillway.bench.Relay;
import dev.spillway.bench.load.Endpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@link Relay} as a program of its own: a contender that is there on every machine; {@code diesAfter} so many connections. */
public record RelayContender(String name, int diesAfter) implements Contender {
    /** One that lives. */
    public RelayContender(String name) {
        this(name, Integer.MAX_VALUE);
    }

    @Override
    public String version() {
        return "relay of the tests";
    }

    @Override
    public String setUp() {
        return "two threads a connection";
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) {
        List<String> command = new ArrayList<>(javaCommand(Relay.class));
        command.add(1, "-Drelay.dies-after=" + diesAfter);
        Stream.of(listen.echo(), upstream.echo(), listen.source(), upstream.source(), listen.sink(), upstream.sink())
                .forEach(address -> command.add(Integer.toString(address.getPort())));
        return command;
    }

    /** The command that runs {@code main} of a class of the tests in a small JVM. */
    static List<String> javaCommand(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }
}
