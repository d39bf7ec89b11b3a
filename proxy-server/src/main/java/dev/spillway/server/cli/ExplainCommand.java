package dev.spillway.server.cli;

import dev.spillway.server.netsh.ExplainLine;
import dev.spillway.server.screen.ExplainScreen;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spillway explain}. */
@Command(
        name = "explain",
        header = "say how a connection would be judged, step by step",
        customSynopsis = "  spillway explain [[listener=]NAME] [[local=]ADDRESS] [[from=]ADDRESS] [--json] [OPTIONS]",
        description =
                "Prints the order of judgement for a connection to a listener's local address from a client, which"
                        + " step decides, and why. Nothing is changed. Left out: the proxy's only listener, its first address,"
                        + " any client.",
        footer = {"  spillway explain listener=web", "  spillway explain web local=198.18.0.1 from=203.0.113.7"})
final class ExplainCommand extends ScreenCommand {
    @Parameters(arity = "0..*", paramLabel = "TAG=VALUE", description = "listener=, local= and from=, in this order.")
    private @Nullable List<String> words;

    ExplainCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        Map<String, String> named = understood(ExplainLine.read(words(words)));
        String query = named.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        show("/api/v1/explain" + (query.isEmpty() ? "" : "?" + query), ExplainScreen::lines);
    }
}
