package dev.spillway.server.config;

import dev.spillway.ProxySettings;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.store.Layer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything one configuration file says, judged and with every default applied.
 *
 * @param file the main file, as the operator named it
 * @param proxy the proxy itself
 * @param security what the file asks for of the security settings, before which the store goes
 * @param store the file of the settings made at run time; empty if none are kept
 * @param admin the admin plane
 * @param events the event log
 * @param log what is logged, and how
 * @param warnings what is allowed but looks unintended, one sentence each, with file and line where there is one
 */
public record SpillwaySettings(
        Path file,
        ProxySettings proxy,
        Layer security,
        Optional<Path> store,
        AdminSettings admin,
        EventSettings events,
        LogSettings log,
        List<String> warnings) {
    public SpillwaySettings {
        warnings = List.copyOf(warnings);
    }

    /** The same with nothing kept of what is set at run time. */
    public SpillwaySettings withoutStore() {
        return new SpillwaySettings(file, proxy, security, Optional.empty(), admin, events, log, warnings);
    }
}
