package dev.spillway.server.cli;

import dev.spillway.server.netsh.Selector;
import dev.spillway.server.netsh.Store;
import dev.spillway.server.registry.Finding;
import dev.spillway.server.registry.RegistryImport;
import dev.spillway.server.registry.RegistryValues;
import dev.spillway.server.registry.Translation;
import dev.spillway.server.screen.ChangesScreen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spillway import-registry}. */
@Command(
        name = "import-registry",
        header = "translate the original's registry values",
        customSynopsis = "  spillway import-registry FILE.reg [--interface GUID=NAME]... [--apply] [OPTIONS]",
        description = {
            "Reads what regedit exported (version 5, UTF-16 or UTF-8) and prints the block of the configuration file that"
                    + " says the same: EnableMPP, MPPExcludedPorts and DisableMPPOnIF of Tcpip\\Parameters for IPv4 and"
                    + " of Tcpip6\\Parameters for IPv6. Every value that is malformed is named with its line, and then"
                    + " nothing is printed or changed; what looks like a slip is warned of.",
            "",
            "An adapter's GUID is no name here. Say with --interface which interface it is; else the IPv4 address in the"
                    + " same key stands for it; else its block is printed as a comment. With --apply each has to be"
                    + " known.",
            "",
            "With --apply the settings of a running proxy are changed too, to stay (store=persistent); ports are added to"
                    + " those that are excluded already. Export the two keys with:",
            "    reg export HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters tcpip.reg"
        },
        footer = {
            "  spillway import-registry tcpip.reg > security.conf",
            "  spillway import-registry tcpip.reg --interface \"{0C0DE...}=eth0\" --apply"
        })
final class ImportRegistryCommand extends AdminCommand {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The exported file, 64 MiB at most.")
    private @Nullable Path file;

    @Option(
            names = "--interface",
            paramLabel = "GUID=NAME",
            description = "What an adapter there is here: an interface's name, address or CIDR. May be repeated.")
    private @Nullable List<String> interfaces;

    @Option(names = "--apply", description = "Change the settings of a running proxy as well.")
    private boolean apply;

    ImportRegistryCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    Map<String, String> exitCodes() {
        Map<String, String> codes = super.exitCodes();
        codes.put("0", "done; without --apply nobody is asked and nothing is changed");
        codes.put(
                "65", "FILE can't be read, is no such export, has a malformed value or none of ours; or as elsewhere");
        return codes;
    }

    @Override
    void execute() throws Refusal {
        if (file == null) {
            throw new Refusal(ExitCode.USAGE, "no FILE (expected: what regedit exported, as tcpip.reg)");
        }
        Map<String, String> names = names();
        RegistryImport read = read(file);
        read.warnings().forEach(warning -> err().println("warning: " + placed(warning)));
        if (!read.problems().isEmpty()) {
            throw new Refusal(
                    ExitCode.DATA, read.problems().stream().map(this::placed).collect(Collectors.joining("\n")));
        }
        RegistryValues values = read.values();
        if (values.isEmpty()) {
            throw new Refusal(
                    ExitCode.DATA,
                    file + ": no value of Memory Pressure Protection (expected: EnableMPP, MPPExcludedPorts or"
                            + " DisableMPPOnIF below Services\\Tcpip\\Parameters or Tcpip6)");
        }
        checkAdapters(names, values);
        Translation translation = new Translation(values, names);
        if (apply) {
            apply(translation);
        } else {
            print(translation.hocon());
        }
    }

    private Map<String, String> names() throws Refusal {
        Map<String, String> names = new LinkedHashMap<>();
        List<String> mistakes = new ArrayList<>();
        for (String pair : words(interfaces)) {
            int equals = pair.indexOf('=');
            String guid = equals < 0 ? "" : pair.substring(0, equals).strip();
            String name = equals < 0 ? "" : pair.substring(equals + 1).strip();
            if (guid.isEmpty() || !Selector.fits(name)) {
                mistakes.add("--interface: " + pair + " (expected: GUID=NAME, the name being " + Selector.expectation()
                        + ")");
            } else if (names.put(Translation.guid(guid), name) != null) {
                mistakes.add("--interface: " + guid + " again (expected: each adapter once)");
            }
        }
        if (!mistakes.isEmpty()) {
            throw new Refusal(ExitCode.USAGE, String.join("\n", mistakes));
        }
        return names;
    }

    private RegistryImport read(Path path) throws Refusal {
        try (InputStream bytes = Files.newInputStream(path)) {
            return RegistryImport.read(bytes);
        } catch (NoSuchFileException missing) {
            throw new Refusal(ExitCode.DATA, path + ": no such file (expected: what regedit exported)");
        } catch (IOException unreadable) {
            throw new Refusal(ExitCode.DATA, path + ": " + unreadable.getMessage());
        }
    }

    private String placed(Finding finding) {
        return file + (finding.line() > 0 ? ":" + finding.line() : "") + ": " + finding.text();
    }

    /** A name for an adapter that is not in the file is a slip in its GUID, and the adapter that was meant has none. */
    private static void checkAdapters(Map<String, String> names, RegistryValues values) throws Refusal {
        List<String> known = values.adapters().stream()
                .map(RegistryValues.Adapter::guid)
                .distinct()
                .toList();
        List<String> strange =
                names.keySet().stream().filter(guid -> !known.contains(guid)).toList();
        if (!strange.isEmpty()) {
            throw new Refusal(
                    ExitCode.USAGE,
                    "--interface: " + String.join(", ", strange) + " has no DisableMPPOnIF in the file (expected: "
                            + (known.isEmpty() ? "none, no adapter has" : "one of " + String.join(", ", known)) + ")");
        }
    }

    private void apply(Translation translation) throws Refusal {
        List<RegistryValues.Adapter> nameless = translation.nameless();
        if (!nameless.isEmpty()) {
            throw new Refusal(
                    ExitCode.DATA,
                    nameless.stream()
                            .map(each -> file + ":" + each.line() + ": which interface is " + each.guid()
                                    + " here? (expected: --interface \"" + each.guid() + "=eth0\")")
                            .collect(Collectors.joining("\n")));
        }
        Map<String, Object> body = SetSecurityCommand.body(translation.change(Store.PERSISTENT), "registry-import");
        Revision.Done done = new Revision("PATCH", Revision.SECURITY, body, OptionalLong.empty()).on(client());
        print(ChangesScreen.lines(done.body(), done.before(), "store=" + Store.PERSISTENT.label()));
    }
}
