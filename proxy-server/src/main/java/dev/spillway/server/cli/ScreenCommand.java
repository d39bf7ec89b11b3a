package dev.spillway.server.cli;

import dev.spillway.server.client.Node;
import dev.spillway.server.client.Reply;
import dev.spillway.server.client.Request;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** A command that asks one question and shows the answer. */
abstract class ScreenCommand extends AdminCommand {
    @Option(names = "--json", description = "Print the admin plane's answer as it is.")
    private boolean json;

    ScreenCommand(Map<String, String> environment) {
        super(environment);
    }

    /** Asks {@code target} and prints what comes, with {@code screen} unless JSON was asked for. */
    final void show(String target, Function<Node, List<String>> screen) throws Refusal {
        Reply reply = send(client(), Request.get(target));
        Node body = Outcome.body(reply);
        if (json) {
            out().println(reply.text().stripTrailing());
        } else {
            print(screen.apply(body));
        }
    }
}
