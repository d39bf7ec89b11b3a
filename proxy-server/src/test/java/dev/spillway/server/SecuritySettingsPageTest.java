package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/security-settings.md to the code: its order of judgement, and the test it names for each row. */
class SecuritySettingsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "security-settings.md");
    private static final Pattern ROW = Pattern.compile("\\| (S[0-9]+a?) \\| [^|]+ \\| (`[^|]+`) \\|");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

    @Test
    void everyRowHasATestThatThereIsAndThatCitesIt() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), row.group(2));
            }
        }
        List<String> expected = new ArrayList<>(
                IntStream.rangeClosed(1, 23).mapToObj(number -> "S" + number).toList());
        expected.add(17, "S17a");
        assertThat(rows.keySet()).containsExactlyElementsOf(expected);
        for (Map.Entry<String, String> row : rows.entrySet()) {
            Matcher named = NAMED.matcher(row.getValue());
            int tests = 0;
            while (named.find()) {
                tests++;
                assertCites(row.getKey(), named.group(1), Optional.ofNullable(named.group(2)));
            }
            assertThat(tests).as(row.getKey()).isPositive();
        }
    }

    private static void assertCites(String row, String type, Optional<String> method) throws IOException {
        String source = source(type);
        method.ifPresent(name -> assertThat(source).as("%s: %s", row, type).containsPattern("void " + name + "\\("));
        assertThat(source).as("%s in %s", row, type).containsPattern("(?i:s)" + row.substring(1) + "(?![0-9a-z])");
    }

    private static String source(String type) throws IOException {
        for (String module : List.of("proxy-core", "proxy-server")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test"))) {
                Optional<Path> file =
                        files.filter(each -> each.endsWith(type + ".java")).findFirst();
                if (file.isPresent()) {
                    return Files.readString(file.get());
                }
            }
        }
        throw new AssertionError(type + " is no test");
    }

    @Test
    void theOrderOfJudgementIsThatOfTheCode() throws IOException {
        List<String> documented = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| [A-Z][^|]+\\? \\| `[a-z-]+`.*"))
                .map(line -> line.replaceAll("\\| ([^|]+\\?) \\| `([a-z-]+)`.*", "$1 $2"))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(Standing.values())
                        .map(standing -> standing.question() + " " + standing.label())
                        .toList());
    }
}
