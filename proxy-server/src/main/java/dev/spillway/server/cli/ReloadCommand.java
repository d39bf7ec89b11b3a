package dev.spillway.server.cli;

import dev.spillway.server.client.Request;
import dev.spillway.server.screen.ChangesScreen;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code spillway reload}. */
@Command(
        name = "reload",
        header = "have a running proxy read its configuration again",
        customSynopsis = "  spillway reload [OPTIONS]",
        description = {
            "The proxy reads the file it was started with again, judges the whole of it, and takes over what can change"
                    + " while it runs; no connection is dropped. A file with any problem changes nothing, and every"
                    + " problem is printed. What takes a restart is named.",
            "",
            "SIGHUP to the process does the same; its outcome is then in the log and in \"show events\"."
        },
        footer = {"  spillway check -c /etc/spillway/spillway.conf && spillway reload"})
final class ReloadCommand extends AdminCommand {
    ReloadCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    Map<String, String> exitCodes() {
        Map<String, String> codes = super.exitCodes();
        codes.put("78", "the file the proxy runs with has problems: nothing was changed; or that of -c, as elsewhere");
        return codes;
    }

    @Override
    void execute() throws Refusal {
        print(ChangesScreen.lines(Outcome.body(send(client(), Request.post("/api/v1/reload", "{}"))), 0, ""));
    }
}
