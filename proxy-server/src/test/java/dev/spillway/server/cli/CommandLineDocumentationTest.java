package dev.spillway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** docs/command-line.md says of every command what there is, and nothing that there is not. */
class CommandLineDocumentationTest {
    private static final String PAGE = page();

    private static String page() {
        try {
            return Files.readString(Path.of("..", "docs", "command-line.md"));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static CommandLine tree() {
        return CommandTree.of(settings -> 0, Map.of(), new DemoCommand(null));
    }

    private static List<CommandSpec> leaves(CommandLine command) {
        List<CommandSpec> leaves = new ArrayList<>();
        command.getSubcommands().values().forEach(below -> {
            if (below.getSubcommands().isEmpty()) {
                leaves.add(below.getCommandSpec());
            } else {
                leaves.addAll(leaves(below));
            }
        });
        return leaves;
    }

    private static String section(CommandSpec spec) {
        String heading = "## " + spec.qualifiedName() + "\n";
        int start = PAGE.indexOf(heading);
        assertThat(start).as("a section \"%s\"", heading.strip()).isNotNegative();
        int end = PAGE.indexOf("\n## ", start + heading.length());
        return PAGE.substring(start, end < 0 ? PAGE.length() : end);
    }

    @Test
    void everyCommandHasASectionWithAnExample() {
        assertThat(leaves(tree()))
                .hasSizeGreaterThan(10)
                .allSatisfy(spec -> assertThat(section(spec))
                        .contains("\n```\n$ spillway " + spec.qualifiedName().substring("spillway ".length())));
    }

    @Test
    void everySectionIsACommand() {
        List<String> names =
                leaves(tree()).stream().map(CommandSpec::qualifiedName).toList();
        assertThat(Pattern.compile("^## (spillway .*)$", Pattern.MULTILINE)
                        .matcher(PAGE)
                        .results()
                        .map(heading -> heading.group(1)))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void everyOptionIsNamedAndNoOther() {
        leaves(tree()).forEach(spec -> {
            String section = section(spec);
            boolean admin = spec.userObject() instanceof AdminCommand;
            spec.options().stream()
                    .filter(option -> !option.names()[0].equals("-h") && !option.names()[0].equals("-V"))
                    .filter(option -> !admin
                            || !List.of("--admin", "--config", "--token-file").contains(option.longestName()))
                    .forEach(option -> assertThat(section)
                            .as(spec.qualifiedName())
                            .contains(option.longestName().equals("--config") ? "-c " : option.longestName()));
            TreeSet<String> named = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*")
                    .matcher(section)
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(spec.optionsMap().keySet()).as(spec.qualifiedName()).containsAll(named);
        });
        assertThat(PAGE)
                .contains("--admin HOST:PORT", "-c FILE", "--token-file FILE", "SPILLWAY_ADMIN", "SPILLWAY_TOKEN");
    }

    @Test
    void everyExitCodeIsInThePageAndInTheHelp() throws IllegalAccessException {
        StringWriter help = new StringWriter();
        CommandLine tree = tree();
        tree.usage(new PrintWriter(help));
        List<String> rows =
                PAGE.lines().filter(line -> line.matches("\\| [0-9, ]+ \\|.*")).toList();
        for (Field field : ExitCode.class.getFields()) {
            String code = Objects.toString(field.get(null));
            assertThat(help.toString()).as("--help of %s", code).containsPattern("(?m)^ +" + code + " ");
            assertThat(rows).as("docs of %s", code).anyMatch(row -> row.startsWith("| " + code + " |"));
        }
    }

    @Test
    void everyHelpIsCompleteAndFits() {
        for (CommandSpec spec : leaves(tree())) {
            StringWriter help = new StringWriter();
            spec.commandLine().usage(new PrintWriter(help));
            assertThat(help.toString())
                    .as(spec.qualifiedName())
                    .startsWith("NAME\n  " + spec.qualifiedName() + " - ")
                    .contains("\nSYNOPSIS\n", "\nDESCRIPTION\n", "\nOPTIONS\n", "\nEXIT CODES\n", "\nEXAMPLES\n")
                    .containsPattern("\n +64 ");
            assertThat(help.toString().lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
            if (spec.userObject() instanceof AdminCommand) {
                assertThat(help.toString()).contains("SPILLWAY_ADMIN", "SPILLWAY_TOKEN");
                for (int code : new int[] {65, 69, 70, 75, 77, 78}) {
                    assertThat(help.toString()).containsPattern("\n +" + code + " ");
                }
            }
        }
    }
}
