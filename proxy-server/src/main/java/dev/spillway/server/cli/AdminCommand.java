package dev.spillway.server.cli;

import dev.spillway.server.client.AdminClient;
import dev.spillway.server.client.NoAnswer;
import dev.spillway.server.client.Reply;
import dev.spillway.server.client.Request;
import dev.spillway.server.netsh.Mistake;
import dev.spillway.server.netsh.Reading;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that speaks to a running proxy: where it finds it, how it tells what went wrong, what its exit codes are. */
abstract class AdminCommand implements Callable<Integer> {
    /** What {@code --help} says of every such command, after its own examples. */
    static final List<String> ENVIRONMENT = List.of(
            "",
            "ENVIRONMENT",
            "  SPILLWAY_ADMIN   HOST:PORT of the admin plane, for when neither --admin nor -c is given",
            "  SPILLWAY_TOKEN   its token, for when no --token-file is given");

    @Mixin
    private final AdminOption admin;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is run
    private CommandSpec spec;

    AdminCommand(Map<String, String> environment) {
        this.admin = new AdminOption(environment);
    }

    /** Does it; what is printed is flushed afterwards. */
    abstract void execute() throws Refusal;

    /** The exit codes, each with what it says of this command. */
    Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("64", "the command line is wrong; nothing was sent");
        codes.put("65", "the proxy refused what was asked for; nothing was changed");
        codes.put("69", "nobody answers at the admin plane's address, or somebody who is no Spillway");
        codes.put("70", "a fault of Spillway itself, here or there");
        codes.put("75", "not now: try again");
        codes.put("77", "not allowed: no token, a wrong one, or the admin plane takes no such request from here");
        codes.put("78", "the configuration of -c is wrong where it tells of the admin plane, or can't be read");
        return codes;
    }

    @Override
    public final Integer call() {
        try {
            execute();
            return ExitCode.OK;
        } catch (Refusal refusal) {
            String name = spec.qualifiedName();
            String.valueOf(refusal.getMessage()).lines().forEach(line -> err().println(name + ": " + line));
            if (refusal.exitCode() == ExitCode.USAGE) {
                err().println("Try \"" + name + " --help\".");
            }
            return refusal.exitCode();
        } finally {
            out().flush();
            err().flush();
        }
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final void print(List<String> lines) {
        lines.forEach(out()::println);
    }

    /** The admin plane that the options name. */
    final AdminClient client() throws Refusal {
        return admin.client();
    }

    /** What the words of a line mean. */
    static <T> T understood(Reading<T> reading) throws Refusal {
        if (reading instanceof Reading.Understood<T> understood) {
            return understood.meaning();
        }
        throw wrong(((Reading.Refused<T>) reading).mistakes());
    }

    static Refusal wrong(List<Mistake> mistakes) {
        return new Refusal(
                ExitCode.USAGE,
                String.join("\n", mistakes.stream().map(Mistake::toString).toList()));
    }

    /** Words after the command; none is an empty list. */
    static List<String> words(@Nullable List<String> words) {
        return words == null ? List.of() : words;
    }

    /** The answer to {@code request}, whatever it says. */
    static Reply send(AdminClient client, Request request) throws Refusal {
        try {
            return client.send(request);
        } catch (NoAnswer nobody) {
            boolean change = !request.method().equals("GET") && nobody.sent();
            throw new Refusal(
                    ExitCode.UNAVAILABLE,
                    "no admin plane answers: " + nobody.getMessage()
                            + (change
                                    ? "\nwhether the change was made is not known; \"spillway show security\" tells"
                                    : ""));
        }
    }
}
