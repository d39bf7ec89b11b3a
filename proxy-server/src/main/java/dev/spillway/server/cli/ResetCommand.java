package dev.spillway.server.cli;

import dev.spillway.server.netsh.Mistake;
import dev.spillway.server.netsh.Reading;
import dev.spillway.server.netsh.ResetScope;
import dev.spillway.server.netsh.Store;
import dev.spillway.server.netsh.StoreLine;
import dev.spillway.server.screen.ChangesScreen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spillway reset}. */
@Command(
        name = "reset",
        header = "set the security settings back to their defaults",
        customSynopsis = {
            "  spillway reset [--only mpp,profiles,exemptions,rate-limit] [--keep-rate-limit] [--dry-run]",
            "        [--to-file | [store=]persistent|active] [OPTIONS]"
        },
        description = {
            "Sets MPP, Profiles, port exemptions and the connection rate limit back to their defaults, those four and"
                    + " nothing else, and prints each value old and new. The defaults win over the configuration file;"
                    + " with --to-file the file's own values come back instead.",
            "",
            "\"netsh int tcp reset\" is understood. Unlike there, nothing but these four changes (S15)."
        },
        footer = {
            "  spillway reset --dry-run",
            "  spillway reset --only exemptions",
            "  spillway reset --keep-rate-limit store=active",
            "  spillway reset --to-file    what the file says counts again"
        })
final class ResetCommand extends AdminCommand {
    @Option(
            names = "--only",
            paramLabel = "SETTINGS",
            description = "Some of mpp, profiles, exemptions, rate-limit, with commas between them.")
    private @Nullable String only;

    @Option(names = "--keep-rate-limit", description = "Leave the connection rate limit as it is.")
    private boolean keepRateLimit;

    @Option(names = "--dry-run", description = "Only print what would change.")
    private boolean dryRun;

    @Option(
            names = "--to-file",
            description = "Forget what commands, the API and imports have set, so that the configuration file counts.")
    private boolean toFile;

    @Parameters(
            arity = "0..*",
            paramLabel = "store=STORE",
            description = "persistent, the default, survives a restart; active lasts until one.")
    private @Nullable List<String> words;

    @Mixin
    private final GenerationOption generation = new GenerationOption();

    ResetCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        List<Mistake> mistakes = new ArrayList<>();
        List<String> settings = gather(ResetScope.read(Optional.ofNullable(only), keepRateLimit), mistakes, List.of());
        Optional<Store> store = gather(StoreLine.read(words(words)), mistakes, Optional.empty());
        if (toFile && !words(words).isEmpty()) {
            mistakes.add(
                    new Mistake("store: beside --to-file", "one of the two; --to-file forgets what either store says"));
        }
        if (!mistakes.isEmpty()) {
            throw wrong(mistakes);
        }
        String label = store.orElse(Store.PERSISTENT).label();
        Map<String, Object> body = new LinkedHashMap<>();
        if (!settings.isEmpty()) {
            body.put("only", settings);
        }
        body.put("keepRateLimit", keepRateLimit);
        body.put("dryRun", dryRun);
        body.put("store", label);
        body.put("toFile", toFile);
        Revision.Done done = new Revision("POST", Revision.SECURITY + "/reset", body, generation.value()).on(client());
        print(ChangesScreen.lines(
                done.body(), done.before(), toFile ? "back to what the file says" : "store=" + label));
    }

    private static <T> T gather(Reading<T> reading, List<Mistake> mistakes, T none) {
        if (reading instanceof Reading.Understood<T> understood) {
            return understood.meaning();
        }
        mistakes.addAll(((Reading.Refused<T>) reading).mistakes());
        return none;
    }
}
