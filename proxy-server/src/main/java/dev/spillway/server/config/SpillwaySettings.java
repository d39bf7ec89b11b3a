package dev.spillway.server.config;

import dev.spillway.ProxySettings;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.server.events.EventSettings;
import java.util.List;

/**
 * Everything one configuration file says, judged and with every default applied.
 *
 * @param proxy the proxy itself
 * @param admin the admin plane
 * @param events the event log
 * @param log what is logged, and how
 * @param warnings what is allowed but looks unintended, one sentence each, with file and line where there is one
 */
public record SpillwaySettings(
        ProxySettings proxy, AdminSettings admin, EventSettings events, LogSettings log, List<String> warnings) {
    public SpillwaySettings {
        warnings = List.copyOf(warnings);
    }
}
