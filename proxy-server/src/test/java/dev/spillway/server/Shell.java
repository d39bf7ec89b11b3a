package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One bash to which the steps of a {@link Transcript} are typed, in the repository's root. */
final class Shell {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final long PATIENCE_SECONDS = 240;
    private static final String MARK = "\u001e";

    private Shell() {}

    /** Whether there are all of these programs. */
    static boolean has(String... programs) {
        List<Path> folders =
                Arrays.stream(System.getenv("PATH").split(":")).map(Path::of).toList();
        return Arrays.stream(programs)
                .allMatch(each -> folders.stream().anyMatch(folder -> Files.isExecutable(folder.resolve(each))));
    }

    /**
     * Types all the steps, ends what they have left running, and compares each answer with what the page says.
     *
     * @param folder empty; where {@code mktemp} makes its folders
     * @param admin the port at which commands look for the admin plane
     */
    static void type(Path page, List<Transcript.Step> steps, Path folder, int admin)
            throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("typed.sh"), script(steps));
        Path out = folder.resolve("answered.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-O", "expand_aliases", script.toString())
                .directory(ROOT.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SPILLWAY") || name.startsWith("JAVA_"));
        builder.environment().put("SPILLWAY_ADMIN", "127.0.0.1:" + admin);
        builder.environment().put("TMPDIR", folder.toString());
        builder.environment().merge("PATH", System.getProperty("java.home") + "/bin", (path, jdk) -> jdk + ":" + path);
        run(builder);
        // What was answered before each mark; behind the last one is the answer during which bash had to be ended.
        String[] answers = Files.readString(out).split(MARK + "\n", -1);
        for (int i = 0; i < steps.size(); i++) {
            Transcript.Step step = steps.get(i);
            if (i == answers.length - 1) {
                throw new AssertionError("%s:%s: no end after %s s:\n$ %s\n%s"
                        .formatted(page.getFileName(), step.line(), PATIENCE_SECONDS, step.typed(), answers[i]));
            }
            compare(page, step, answers[i]);
        }
    }

    private static void run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process bash = builder.start();
        try {
            bash.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            // The script ends with a wait, so that all it has started are still its descendants.
            List<ProcessHandle> left = new ArrayList<>(bash.descendants().toList());
            left.add(bash.toHandle());
            left.forEach(ProcessHandle::destroyForcibly);
            bash.waitFor();
        }
    }

    /** After each step the status of what failed and a mark; what is typed next finds {@code $?} as it was. */
    private static String script(List<Transcript.Step> steps) {
        StringBuilder script = new StringBuilder("trap 'failed=$?' ERR\n");
        for (Transcript.Step step : steps) {
            script.append("failed=0\n").append(step.typed()).append('\n');
            script.append("status=$?; printf '%s\\n").append(MARK).append("\\n' $failed; (exit $status)\n");
        }
        return script.append("wait\n").toString();
    }

    private static void compare(Path page, Transcript.Step step, String answer) {
        List<String> lines = new ArrayList<>(answer.lines().toList());
        String failed = lines.remove(lines.size() - 1);
        String place = page.getFileName() + ":" + step.line() + ": $ " + step.typed() + "\n";
        if (step.compared()) {
            String difference = Comparison.difference(step.answer(), lines);
            if (!difference.isEmpty()) {
                throw new AssertionError(place + "the page (-) and the program (+) differ:\n" + difference);
            }
        } else {
            assertThat(failed)
                    .as("%swhat failed; printed was:\n%s", place, answer)
                    .isEqualTo("0");
        }
    }
}
