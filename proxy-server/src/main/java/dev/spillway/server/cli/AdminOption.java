package dev.spillway.server.cli;

import dev.spillway.server.client.AdminClient;
import dev.spillway.server.client.Patience;
import dev.spillway.server.config.AdminAccess;
import dev.spillway.server.config.InvalidConfiguration;
import dev.spillway.transport.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which admin plane a command speaks to, and with what token. */
final class AdminOption {
    /** Where an admin plane is looked for if nothing else is said. */
    static final String DEFAULT = "127.0.0.1:9901";

    static final String ADDRESS_VARIABLE = "SPILLWAY_ADMIN";
    static final String TOKEN_VARIABLE = "SPILLWAY_TOKEN";

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "The admin plane of the running proxy. Default: admin.bind of -c FILE, else SPILLWAY_ADMIN,"
                    + " else " + DEFAULT + ".")
    private @Nullable String admin;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration the proxy runs with; admin.bind and admin.token are taken from it.")
    private @Nullable Path config;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file whose first line is the token. Default: SPILLWAY_TOKEN, else admin.token of -c FILE."
                    + " A token is never an argument: arguments can be seen by everyone on the machine.")
    private @Nullable Path tokenFile;

    private final Map<String, String> environment;

    AdminOption(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws Refusal if it can't be said which admin plane is meant, or the token can't be had */
    AdminClient client() throws Refusal {
        Optional<AdminAccess> file = config == null ? Optional.empty() : Optional.of(read(config));
        HostPort address = address(file);
        Optional<String> token = token(file);
        try {
            return new AdminClient(address, token, Patience.USUAL);
        } catch (IllegalArgumentException unfit) {
            throw new Refusal(ExitCode.USAGE, String.valueOf(unfit.getMessage()));
        }
    }

    private static AdminAccess read(Path file) throws Refusal {
        try {
            return AdminAccess.read(file);
        } catch (InvalidConfiguration invalid) {
            throw new Refusal(ExitCode.CONFIGURATION, String.valueOf(invalid.getMessage()));
        }
    }

    private HostPort address(Optional<AdminAccess> file) throws Refusal {
        if (admin != null) {
            return parsed("--admin", admin);
        }
        if (file.isPresent()) {
            HostPort bind = file.get().bind();
            if (!file.get().enabled()) {
                throw new Refusal(
                        ExitCode.CONFIGURATION,
                        config + ": admin.enabled = false (expected: true; nobody answers there)");
            }
            if (bind.port() == 0) {
                throw new Refusal(
                        ExitCode.CONFIGURATION,
                        config + ": admin.bind = " + bind + " takes any free port (expected: --admin HOST:PORT"
                                + " with the one that the log names)");
            }
            return bind;
        }
        String variable = environment.getOrDefault(ADDRESS_VARIABLE, "");
        return variable.isBlank() ? HostPort.parse(DEFAULT) : parsed(ADDRESS_VARIABLE, variable.strip());
    }

    private static HostPort parsed(String name, String text) throws Refusal {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new Refusal(ExitCode.USAGE, name + ": " + malformed.getMessage());
        }
    }

    private Optional<String> token(Optional<AdminAccess> file) throws Refusal {
        if (tokenFile != null) {
            return Optional.of(firstLine(tokenFile));
        }
        String variable = environment.getOrDefault(TOKEN_VARIABLE, "");
        if (!variable.isBlank()) {
            return Optional.of(variable.strip());
        }
        if (file.isPresent() && file.get().tokenMissing()) {
            throw new Refusal(
                    ExitCode.CONFIGURATION,
                    config + ": admin.token comes from a variable that is not set here (expected: " + TOKEN_VARIABLE
                            + " or --token-file)");
        }
        return file.flatMap(AdminAccess::token);
    }

    private static String firstLine(Path file) throws Refusal {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String line = reader.readLine();
            if (line != null && !line.isBlank()) {
                return line.strip();
            }
            throw new Refusal(
                    ExitCode.USAGE, "--token-file: " + file + ": empty (expected: a token as its first line)");
        } catch (NoSuchFileException missing) {
            throw new Refusal(
                    ExitCode.USAGE, "--token-file: " + file + ": no such file (expected: a file with a token)");
        } catch (IOException unreadable) {
            throw new Refusal(
                    ExitCode.USAGE, "--token-file: " + file + ": can't be read (expected: a file that you may read)");
        }
    }
}
