package dev.spillway.server.cli;

import dev.spillway.server.netsh.ExplainLine;
import dev.spillway.server.screen.ExplainScreen;
import dev.spillway.server.screen.ForecastScreen;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spillway explain}. */
@Command(
        name = "explain",
        header = "who would be closed, or how a connection would be judged; nothing is done",
        customSynopsis = {
            "  spillway explain [signal=NAME] [level=SHARE] [limit=N] [--json] [OPTIONS]",
            "  spillway explain [[listener=]NAME] [[local=]ADDRESS] [[from=]ADDRESS] [--json] [OPTIONS]"
        },
        description = {
            "Without a word, or with signal=, level= and limit=: who would be closed, in order, why, what that frees, and what"
                    + " each costs in objects, buffers and kernel memory. signal= is what is short, left out the one that"
                    + " stands worst now; level= is where it is supposed to stand (0.95 or 95%), left out where it does;"
                    + " limit= is how many to list, 1-1000, 20 if not said. When nobody would be closed it says why.",
            "",
            "With listener=, local= or from=: the order of judgement for a connection to a listener's local address from a"
                    + " client, which step decides, and why. Left out: the proxy's only listener, its first address, any"
                    + " client."
        },
        footer = {
            "  spillway explain",
            "  spillway explain signal=ledger level=0.95",
            "  spillway explain listener=web",
            "  spillway explain web local=198.18.0.1 from=203.0.113.7"
        })
final class ExplainCommand extends ScreenCommand {
    /** What fits a terminal. */
    private static final String FEW = "20";

    @Parameters(
            arity = "0..*",
            paramLabel = "TAG=VALUE",
            description = "listener=, local= and from=, in this order; or signal=, level=, limit=.")
    private @Nullable List<String> words;

    ExplainCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        ExplainLine.Question question = understood(ExplainLine.read(words(words)));
        Map<String, String> named = new LinkedHashMap<>(question.named());
        if (question.forecast()) {
            named.putIfAbsent("limit", FEW);
        }
        String query = named.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        show("/api/v1/explain?" + query, question.forecast() ? ForecastScreen::lines : ExplainScreen::lines);
    }
}
