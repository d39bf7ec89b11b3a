package dev.spillway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.BindFailure;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.demo.DemoHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A host on which no port is free. */
    private static final class FullHost implements DemoHost {
        private String bind = "";

        @Override
        public Running start(SpillwaySettings settings) throws BindFailure {
            throw new BindFailure(bind + " can't be bound: Address already in use", new IOException("taken"));
        }

        @Override
        public void awaitTermination() {
            throw new AssertionError("nothing runs");
        }
    }

    private final FullHost host = new FullHost();

    @ParameterizedTest
    @CsvSource({
        "--hostile=1, '--hostile: 1 (expected: 2-4000)'",
        "--hostile=4001, '--hostile: 4001 (expected: 2-4000)'",
        "--hostile=many, many",
        "--seconds=0, '--seconds: 0 (expected: 1-3600)'",
        "--port-base=65533, '--port-base: 65533 (expected: 0-65532)'",
        "--port-base=-1, '--port-base: -1 (expected: 0-65532)'",
        "--public-port=8081, four different ones",
        "--admin-port=70000, port 70000",
        "--port-base=9000 --admin-port=1, moves all ports",
        "--atack, --atack",
    })
    void aWrongCommandLineIsNamedAndExits64(String arguments, String message) {
        assertThat(execute(arguments.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "'listeners.public.bind: 127.0.0.1:8080', --public-port",
        "'listeners.private.bind: 127.0.0.1:8081', --private-port",
        "'listeners.exempt.bind: 127.0.0.1:8082', --exempt-port",
        "'admin.bind: 127.0.0.1:9901', --admin-port",
    })
    void aTakenPortExits69AndSaysWhichOptionMovesIt(String bind, String option) {
        host.bind = bind;
        assertThat(execute()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString()).contains(bind, option, "--port-base").doesNotContain("\tat ");
    }

    @Test
    void freePortsAreTriedAgainBeforeItGivesUp() {
        assertThat(execute("--port-base=0")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString()).contains("Address already in use");
    }

    @Test
    void theConfigurationCanBeShown() {
        assertThat(execute("--show-config", "--port-base=4000")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("public-port = 4000", "exempt-port = 4002", "profile = private");
        assertThat(err.toString()).isEmpty();
    }

    private int execute(String... arguments) {
        CommandLine line = CommandTree.of(settings -> ExitCode.OK, new DemoCommand(host));
        String[] all = new String[arguments.length + 1];
        all[0] = "demo";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
