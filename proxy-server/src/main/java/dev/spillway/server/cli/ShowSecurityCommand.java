package dev.spillway.server.cli;

import dev.spillway.server.netsh.Store;
import dev.spillway.server.netsh.StoreLine;
import dev.spillway.server.screen.SecurityScreen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spillway show security}. */
@Command(
        name = "security",
        header = "the security settings in force, and where each comes from",
        customSynopsis = "  spillway show security [[store=]active|persistent] [--json] [OPTIONS]",
        description = {
            "Prints each setting as it works and as it was asked for, with its origin (file and line, command, API,"
                    + " registry import) and what it is in place of; exempt ports in normal form and as they were asked"
                    + " for; each interface's profile and how it was found; each listener's gate and how a connection"
                    + " would be judged now.",
            "",
            "store=active, the default, shows what is in force; store=persistent what would be after a restart.",
            "",
            "\"netsh int tcp show security\" is understood, and so are words cut short, as \"sh sec\"."
        },
        footer = {
            "  spillway show security",
            "  spillway show security store=persistent",
            "  spillway netsh int tcp show security"
        })
final class ShowSecurityCommand extends ScreenCommand {
    @Parameters(arity = "0..*", paramLabel = "store=STORE", description = "active or persistent.")
    private @Nullable List<String> words;

    ShowSecurityCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        Optional<Store> store = understood(StoreLine.read(words(words)));
        show(Revision.SECURITY + store.map(each -> "?store=" + each.label()).orElse(""), SecurityScreen::lines);
    }
}
