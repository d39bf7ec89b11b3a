package dev.spillway.server.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A {@link PlayerProcess}, and whom it plays at the moment. Confined to the test's thread. */
final class Player implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long END_SECONDS = 20;

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final List<String> crowds = new ArrayList<>();

    private Player(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts one among a network's clients; beside the proxy if there is no network. */
    static Player start(Namespaces namespaces, Optional<Network> network) throws IOException {
        List<String> command = namespaces.inside(
                network,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlayerProcess.class.getName()));
        return new Player(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Sends a command; its answer. Waits no longer than the process lives, which is bounded. */
    private String tell(Object... words) {
        String line = String.join(" ", Arrays.stream(words).map(String::valueOf).toList());
        try {
            commands.write(line + "\n");
            commands.flush();
            String answer = answers.readLine();
            assertThat(answer).as("answer to \"%s\"", line).isNotNull().doesNotStartWith("failed");
            return answer;
        } catch (IOException e) {
            throw new AssertionError("no answer to \"" + line + "\"", e);
        }
    }

    void upstream(String name, String address, int port) {
        tell("upstream", name, address, port);
    }

    void controller(String name, String address, int port) {
        tell("controller", name, address, port);
    }

    /** {@code keeping} clients that keep their connection, {@code fleeting} that make a new one each time. */
    void honest(String name, Network network, String to, int keeping, int fleeting) {
        crowds.add(name);
        tell("honest", name, network.honest(), to, Scene.PORT, keeping, fleeting);
    }

    void hostile(String name, Network network, int clients) {
        crowds.add(name);
        tell("hostile", name, network.hostile(), network.proxy(), Scene.PORT, clients);
    }

    Map<String, Long> counts(String name) {
        return numbers(tell("counts", name));
    }

    /** Ends whatever clients there are. */
    void stopCrowds() {
        List.copyOf(crowds).forEach(this::stop);
    }

    /** Ends a group; its last counts. */
    Map<String, Long> stop(String name) {
        crowds.remove(name);
        return numbers(tell("stop", name));
    }

    private static Map<String, Long> numbers(String answer) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (String word : answer.split(" ")) {
            numbers.put(word.substring(0, word.indexOf('=')), Long.valueOf(word.substring(word.indexOf('=') + 1)));
        }
        return numbers;
    }

    /** The answer of the admin plane, for a player beside it. */
    JsonNode get(String path) {
        try {
            return JSON.readTree(tell("get", "http://127.0.0.1:9901" + path));
        } catch (IOException e) {
            throw new AssertionError(path + " is not answered with JSON", e);
        }
    }

    @Override
    public void close() throws Exception {
        try {
            commands.close();
        } catch (IOException e) {
            // It has ended already.
        }
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
