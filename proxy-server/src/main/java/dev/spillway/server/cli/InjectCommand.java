package dev.spillway.server.cli;

import dev.spillway.server.client.Json;
import dev.spillway.server.client.Request;
import dev.spillway.server.netsh.InjectLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spillway inject}. */
@Command(
        name = "inject",
        header = "have the signal injected stand at a level for a while",
        customSynopsis = {"  spillway inject [level=]SHARE [seconds=]N [OPTIONS]", "  spillway inject --end [OPTIONS]"},
        description = {
            "Has the signal injected stand at level= (0 to 1, as 0.97 or 97%) for seconds= (1-3600), whatever its file says, to"
                    + " see what pressure does. It ends by itself, or with --end. It is real pressure: connections are closed"
                    + " and newcomers refused, unless MPP runs dry (set security mpp-dry-run=enabled).",
            "",
            "The signal has to be on: pressure.signals.injected.enabled = true. Who injected what is event 3008."
        },
        footer = {"  spillway inject level=0.97 seconds=10", "  spillway inject --end"})
final class InjectCommand extends AdminCommand {
    private static final String PATH = "/api/v1/signals/injected";

    @Parameters(arity = "0..*", paramLabel = "TAG=VALUE", description = "level= and seconds=, in this order.")
    private @Nullable List<String> words;

    @Option(names = "--end", description = "End what was injected.")
    private boolean end;

    InjectCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    Map<String, String> exitCodes() {
        Map<String, String> codes = super.exitCodes();
        codes.put("78", "the signal is not on in the proxy's configuration; or that of -c is wrong, as elsewhere");
        return codes;
    }

    @Override
    void execute() throws Refusal {
        if (end) {
            if (!words(words).isEmpty()) {
                throw new Refusal(ExitCode.USAGE, "--end: beside a level (expected: one of the two)");
            }
            Outcome.body(send(client(), request("DELETE", Map.of())));
            out().println("injected: ended");
            return;
        }
        InjectLine.Level level = understood(InjectLine.read(words(words)));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("level", level.level());
        body.put("seconds", level.seconds());
        Outcome.body(send(client(), request("PUT", body)));
        out().println("injected: " + level.level().toPlainString() + " for " + level.seconds() + " s");
    }

    private static Request request(String method, Map<String, ?> body) {
        return new Request(method, PATH, Optional.empty(), Optional.of(Json.text(body)));
    }
}
