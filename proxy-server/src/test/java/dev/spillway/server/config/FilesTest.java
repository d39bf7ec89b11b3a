package dev.spillway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that can't be read, syntax, includes, substitutions: which file and line is named. */
class FilesTest {
    @TempDir
    Path folder;

    Sample sample;

    @BeforeEach
    void write() {
        sample = new Sample(folder);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(sample.problems(folder.resolve("nope.conf")))
                .containsExactly(
                        "nope.conf: no such file (expected: a configuration file; run \"spillway check --help\""
                                + " for one)");
    }

    @Test
    void aFolderIsNoConfiguration() {
        assertThat(sample.problems(folder.resolve(".")))
                .containsExactly(".: is a directory (expected: a configuration file)");
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws IOException {
        Path file = sample.write("secret.conf", Sample.MINIMAL + "}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read everything");
        assertThat(sample.problems(file))
                .containsExactly(
                        "secret.conf: permission denied (expected: a file that the user Spillway runs as may read)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    relay { min-buffer = 2KiB                 | spillway.conf:6: syntax error:
                    log.level = "info                         | spillway.conf:4: syntax error:
                    log.level = [info                         | spillway.conf:5: syntax error:
                    log.level = info }                        | spillway.conf:5: syntax error:
                    log.level                                 | spillway.conf:5: syntax error:
                    log.level = ${LEVEL                       | spillway.conf:5: syntax error:
                    log.level = `info`                        | spillway.conf:4: syntax error:
                    """)
    void aSyntaxErrorIsNamedWithItsLine(String line, String message) {
        assertThat(sample.problemsWith("  " + line))
                .hasSize(1)
                .first()
                .asString()
                .startsWith(message)
                .endsWith(" (expected: HOCON, each brace, bracket and quote closed)")
                .doesNotContain("Exception");
    }

    @Test
    void aListInPlaceOfAFileIsASyntaxError() {
        assertThat(sample.problems("[1, 2]"))
                .containsExactly(
                        "spillway.conf:1: syntax error: has type LIST rather than object at file root (expected:"
                                + " HOCON, each brace, bracket and quote closed)");
    }

    @Test
    void aProblemOfAnIncludedFileNamesThatFileAndItsLine() {
        sample.write("parts/relay.conf", "\n\nrelay.idle-timeout = 5 parsecs\ninclude \"more.conf\"\n");
        sample.write("parts/more.conf", "relay.idel-timeout = 1m\n");
        assertThat(sample.problemsWith("  log.level = loud\n  include \"parts/relay.conf\""))
                .hasSize(3)
                .satisfiesExactly(
                        main -> assertThat(main).startsWith("spillway.conf:4: spillway.log.level"),
                        inner -> assertThat(inner).startsWith("parts/more.conf:1: spillway.relay.idel-timeout"),
                        outer -> assertThat(outer).startsWith("parts/relay.conf:3: spillway.relay.idle-timeout"));
    }

    @Test
    void aSyntaxErrorOfAnIncludedFileNamesThatFileAndItsLine() {
        sample.write("parts/relay.conf", "relay {\n idle-timeout = \"5s\n}\n");
        assertThat(sample.problemsWith("  include \"parts/relay.conf\""))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("parts/relay.conf:2: syntax error: ");
    }

    @Test
    void anIncludeFromAnotherMachineIsRefusedWithoutAskingIt() {
        assertThat(sample.problemsWith("  include url(\"http://127.0.0.1:9/x.conf\")"))
                .containsExactly("spillway.conf:4: include url(\"http://127.0.0.1:9/x.conf\") is not followed"
                        + " (expected: a file of this machine)");
    }

    @Test
    void includesAreFoundBesideAFileNamedWithoutAFolder() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path file = Files.createTempFile(here.resolve("target"), "main", ".conf");
        Path part = Files.createTempFile(here.resolve("target"), "part", ".conf");
        try {
            Files.writeString(part, "events.history = 77");
            Files.writeString(file, Sample.MINIMAL + "include \"" + part.getFileName() + "\"\n}");
            SpillwaySettings settings = sample.settings(here.relativize(file));
            assertThat(settings.events().history()).isEqualTo(77);
        } finally {
            Files.delete(file);
            Files.delete(part);
        }
    }

    @Test
    void aMissingIncludeIsLeftOutWithAWarning() {
        SpillwaySettings settings = sample.settingsWith("  include \"nope.conf\"");
        assertThat(settings.warnings())
                .singleElement()
                .asString()
                .endsWith("spillway.conf:4: include \"nope.conf\" is not there and is left out; write include"
                        + " required(\"nope.conf\") to make that an error");
    }

    @Test
    void aMissingRequiredIncludeIsAnError() {
        assertThat(sample.problemsWith("  include required(\"nope.conf\")"))
                .containsExactly(
                        "spillway.conf:4: include required(\"nope.conf\") finds nothing to read (expected: a file"
                                + " that is there and may be read; a plain name is looked for beside the including file)");
        assertThat(sample.problemsWith("  include required(file(\"/nowhere/nope.conf\"))"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("spillway.conf:4: include required(\"/nowhere/nope.conf\") finds nothing");
    }

    @Test
    void anIncludedFolderIsAnError() throws IOException {
        Files.createDirectory(folder.resolve("parts.conf"));
        assertThat(sample.problemsWith("  include \"parts.conf\""))
                .containsExactly(
                        "spillway.conf:4: include \"parts.conf\" can't be read (expected: a file, not a folder,"
                                + " that the user Spillway runs as may read)");
    }

    @Test
    void aFileThatIncludesItselfIsAnError() {
        assertThat(sample.problemsWith("  include \"spillway.conf\""))
                .singleElement()
                .asString()
                .endsWith("includes itself, directly or through another file (expected: includes without a circle)");
    }

    @Test
    void everyUnresolvedSubstitutionIsNamedBesideTheOtherProblems() {
        List<String> problems = sample.problemsWith("""
                  log.level = ${SPILLWAY_NO_LEVEL}
                  admin.bind = "127.0.0.1:"${SPILLWAY_NO_PORT}
                  events.history = many
                  memory.budget = ${?SPILLWAY_NO_BUDGET}""");
        assertThat(problems)
                .satisfiesExactly(
                        level -> assertThat(level)
                                .isEqualTo(
                                        "spillway.conf:4: ${SPILLWAY_NO_LEVEL} has no value (expected: a key of the file"
                                                + " or an environment variable of that name; ${?SPILLWAY_NO_LEVEL} may stay"
                                                + " without)"),
                        port -> assertThat(port).startsWith("spillway.conf:5: ${SPILLWAY_NO_PORT} has no value"),
                        history ->
                                assertThat(history).startsWith("spillway.conf:6: spillway.events.history = \"many\""));
    }

    @Test
    void aCircleOfSubstitutionsIsNamed() {
        assertThat(sample.problems("a = ${b}\nb = ${a}\n" + Sample.MINIMAL + "  log.level = ${a}\n}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("refers to itself in a circle (expected: a value in the end)")
                .startsWith("spillway.conf:");
    }

    @Test
    void aBlockJoinedWithATextIsNamed() {
        assertThat(sample.problems("name = \"x\"\n" + Sample.MINIMAL + "  relay = { min-buffer = 1KiB } ${name}\n}"))
                .containsExactly(
                        "spillway.conf:5: a block or a list is joined with a value of another kind (expected: blocks"
                                + " with blocks, lists with lists, texts with texts)");
    }

    @Test
    void aValueFromTheEnvironmentIsNamedWithTheLineThatTookIt() {
        String home = System.getenv("PATH");
        assertThat(home).isNotEmpty();
        assertThat(sample.problemsWith("  transport.threads = 1\n  transport.threads = ${?PATH}"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("spillway.conf:5: spillway.transport.threads = \"")
                .contains(" from the environment (expected: a whole number");
        assertThat(sample.problemsWith("  # one\n  log.level = ${PATH}"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("spillway.conf:5: spillway.log.level = \"");
    }

    @Test
    void aValuePutTogetherIsNamedWhereItIsPutTogether() {
        assertThat(sample.problems("port = 70000\n" + Sample.MINIMAL + "  admin.bind = \"127.0.0.1:\"${port}\n}"))
                .containsExactly(
                        "spillway.conf:5: spillway.admin.bind = \"127.0.0.1:70000\" (expected: a port in 0-65535"
                                + " after the last colon)");
    }

    @Test
    void aDefaultCanBeReferredTo() {
        SpillwaySettings settings = sample.settingsWith("  drain.deadline = ${spillway.relay.half-close-timeout}");
        assertThat(settings.proxy().drainDeadline()).hasMinutes(2);
    }

    @Test
    void aLaterValueWins() {
        SpillwaySettings settings = sample.settingsWith("  events.history = 5\n  events { history = 6 }");
        assertThat(settings.events().history()).isEqualTo(6);
    }

    @Test
    void aHundredThousandBracketsAreRefusedInWords() {
        assertThat(sample.problems("a = " + "[".repeat(100_000)))
                .containsExactly("spillway.conf: is nested too deeply (expected: blocks a few levels deep)");
    }

    @Test
    void aByteOrderMarkIsNoMistake() {
        assertThat(sample.settings("\uFEFF" + Sample.MINIMAL + "}").proxy().listeners())
                .hasSize(1);
    }

    @Test
    void rubbishIsRefusedInWords() throws IOException {
        byte[] rubbish = new byte[4096];
        new Random(7).nextBytes(rubbish);
        Path file = folder.resolve("rubbish.conf");
        Files.write(file, rubbish);
        assertThat(sample.problems(file))
                .first()
                .asString()
                .contains("(expected: ")
                .doesNotContain("Exception");
    }
}
