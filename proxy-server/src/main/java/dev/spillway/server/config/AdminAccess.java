package dev.spillway.server.config;

import dev.spillway.transport.HostPort;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the admin plane of a process that runs with a configuration file. Only that of the file is judged: the rest
 * may need an environment or limits that an operator's shell does not have.
 *
 * @param enabled whether there is one
 * @param bind where it listens
 * @param token what it asks for; empty too if the file takes it from an environment variable that is not set here
 * @param tokenMissing whether that is so
 */
public record AdminAccess(boolean enabled, HostPort bind, Optional<String> token, boolean tokenMissing) {
    /**
     * Reads {@code admin} of {@code file} and its includes.
     *
     * @throws InvalidConfiguration with every problem of {@code admin}, or why the file can't be read
     */
    public static AdminAccess read(Path file) throws InvalidConfiguration {
        Problems elsewhere = new Problems();
        HoconFile hocon = HoconFile.read(file, elsewhere);
        Problems problems = new Problems();
        Section.Context context = new Section.Context(hocon.places(), problems, new KnownKeys(hocon.defaults()));
        Section admin = Section.root(context, hocon.values(), hocon.defaults())
                .block("spillway")
                .block("admin");
        boolean enabled = admin.get("enabled", Scalar.flag());
        HostPort bind = admin.get("bind", Addresses.toBind());
        Optional<String> token = admin.find("token", AdminBlock::token);
        problems.throwIfAny(file.toString());
        if (!admin.sound("bind", "enabled")) {
            elsewhere.throwIfAny(file.toString());
        }
        return new AdminAccess(enabled, bind, token, !admin.sound("token"));
    }

    /** Shows whether there is a token, not which. */
    @Override
    public String toString() {
        return "AdminAccess[enabled=" + enabled + ", bind=" + bind + ", token=" + (token.isPresent() ? "set" : "none")
                + "]";
    }
}
