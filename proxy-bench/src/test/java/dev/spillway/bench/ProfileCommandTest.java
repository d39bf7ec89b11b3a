package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.profile.ProfileReport;
import dev.spillway.bench.report.MarkedSection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class ProfileCommandTest {
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "profile                                        | --only=ID",
                "profile --only bulk                            | --only: 'bulk' (expected: one of bulk-download-1,",
                "profile --only connect-16 --warm-up -1         | --warm-up: -1 (expected: 0 to 600)",
                "profile --only connect-16 --seconds 0          | --seconds: 0 (expected: 1 to 600)",
                "profile --only connect-16 --also x             | --also: 'x' (expected:",
                "profile --only connect-16 --spillway /no.jar   | --spillway: /no.jar (expected: a file that can be read)"
            })
    void wrongUsageIsNamedAndEndsWith64(String arguments, String message) {
        assertThat(execute(arguments.trim().split(" +"))).isEqualTo(64);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void aDocumentWithoutTheSectionIsRefusedBeforeAnythingIsStarted(@TempDir Path directory) throws Exception {
        Path jar = Files.createFile(directory.resolve("spillway.jar"));
        Path document = Files.writeString(directory.resolve("a.md"), "text\n");
        assertThat(execute(
                        "profile",
                        "--only",
                        "connect-16",
                        "--spillway",
                        jar.toString(),
                        "--write",
                        document.toString()))
                .isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString()).contains("no section to write to", "spillway-bench-profile-connect-16");
        assertThat(document).hasContent("text");
    }

    @Test
    void theDocumentHasASectionForWhatItShows() throws Exception {
        Path document = Path.of("..", "docs", "benchmarks.md");
        for (String id : List.of("exchange-64B-64", "connect-16", "bulk-download-4")) {
            MarkedSection.in(document, ProfileReport.section(id));
        }
        assertThat(Files.readString(document)).contains("spillway-bench.jar profile");
    }

    private int execute(String... arguments) {
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
