package dev.spillway.server;

import dev.spillway.server.admin.Reload;
import dev.spillway.server.config.ConfigurationFile;
import dev.spillway.server.config.InvalidConfiguration;
import dev.spillway.server.config.Problem;
import dev.spillway.server.config.ProcessLimits;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.store.Outcome;
import dev.spillway.server.store.SettingsStore;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the operator's file again, for the admin API and for SIGHUP. One reload at a time. */
final class Reloader implements Reload {
    private static final Logger logger = LoggerFactory.getLogger(Reloader.class);

    private final SettingsStore store;
    private SpillwaySettings settings;

    Reloader(SpillwaySettings settings, SettingsStore store) {
        this.settings = settings;
        this.store = store;
    }

    @Override
    public synchronized Result run(String who) {
        SpillwaySettings next;
        try {
            next = ConfigurationFile.read(settings.file(), ProcessLimits.ofThisProcess());
        } catch (InvalidConfiguration invalid) {
            return new Result.Refused(
                    invalid.problems().stream().map(Problem::toString).toList());
        }
        Outcome.Applied security = store.reload(next.security(), who);
        settings = next;
        logger.info("reloaded {}", next.file());
        return new Result.Done(security.generation(), security.changes(), List.of(), next.warnings());
    }
}
