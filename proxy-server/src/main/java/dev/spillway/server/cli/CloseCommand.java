package dev.spillway.server.cli;

import dev.spillway.server.client.Json;
import dev.spillway.server.client.Node;
import dev.spillway.server.client.Request;
import dev.spillway.server.netsh.IdsLine;
import dev.spillway.server.screen.CloseScreen;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spillway close}. */
@Command(
        name = "close",
        header = "close connections by their ids",
        customSynopsis = "  spillway close ID... [OPTIONS]",
        description = {
            "Closes connections of a running proxy at once, both ends by a reset, and says which were closed and which"
                    + " had ended before. Ids are those of \"show connections\" and \"explain\"; 1000 at most. Exempt"
                    + " connections are closed too: an administrator may. Who closed what is event 3007."
        },
        footer = {"  spillway close 4711", "  spillway close 4711 4712 4720"})
final class CloseCommand extends AdminCommand {
    @Parameters(arity = "0..*", paramLabel = "ID", description = "Numbers of connections, with blanks between them.")
    private @Nullable List<String> words;

    CloseCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    Map<String, String> exitCodes() {
        Map<String, String> codes = super.exitCodes();
        codes.put("0", "all of them are closed");
        codes.put("65", "some are no connections, or had ended; the others are closed");
        codes.put("75", "an event loop is behind: some are closed when it comes to them; or try again");
        return codes;
    }

    @Override
    void execute() throws Refusal {
        Set<Long> ids = understood(IdsLine.read(words(words)));
        Node body = Outcome.body(send(
                client(), Request.post("/api/v1/connections/close", Json.text(Map.of("ids", List.copyOf(ids))))));
        print(CloseScreen.lines(body));
        if (!body.texts("pending").isEmpty()) {
            throw new Refusal(ExitCode.TRY_AGAIN, "not all are closed yet: an event loop of the proxy is behind");
        }
        if (!body.texts("unknown").isEmpty()) {
            throw new Refusal(ExitCode.DATA, CloseScreen.unknown(body));
        }
    }
}
