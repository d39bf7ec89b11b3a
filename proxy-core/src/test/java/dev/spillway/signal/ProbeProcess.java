package dev.spillway.signal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@link SignalProbe} in a control group, and behind a command, as {@code nsenter}. */
final class ProbeProcess implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    ProbeProcess(Path group, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\""));
        command.add(group.toString());
        command.addAll(Arrays.asList(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SignalProbe.class.getName()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    long pid() {
        return process.pid();
    }

    /** Has it do something; its answer. */
    String run(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            String answer = answers.readLine();
            while (answer != null && !answer.startsWith(SignalProbe.ANSWER)) {
                answer = answers.readLine();
            }
            if (answer == null) {
                throw new IllegalStateException("the probe has ended (expected: an answer to " + command + ")");
            }
            return answer.substring(SignalProbe.ANSWER.length());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** What it reads now, by signal: used/limit or the reason. */
    Map<String, String> read() {
        return Arrays.stream(run("read").split(";", -1))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    }

    long used(String signal) {
        return part(signal, 0);
    }

    long limit(String signal) {
        return part(signal, 1);
    }

    private long part(String signal, int index) {
        String said = read().get(signal);
        if (said == null || !said.matches("[0-9]+/[0-9]+")) {
            throw new AssertionError(signal + ": " + said + " (expected: used/limit)");
        }
        return Long.parseLong(said.split("/", 2)[index]);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        commands.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        answers.close();
    }
}
