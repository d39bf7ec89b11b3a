package dev.spillway.server;

import dev.spillway.BindFailure;
import dev.spillway.Proxy;
import dev.spillway.Reconfiguration;
import dev.spillway.server.admin.Reload;
import dev.spillway.server.config.ConfigurationFile;
import dev.spillway.server.config.InvalidConfiguration;
import dev.spillway.server.config.KernelWarnings;
import dev.spillway.server.config.Problem;
import dev.spillway.server.config.ProcessLimits;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.SettingsEvents;
import dev.spillway.server.store.Outcome;
import dev.spillway.server.store.Outcome.ChangedValue;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.signal.KernelSetupFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the operator's file again, for the admin API and for SIGHUP. One reload at a time, all or nothing: the file is judged whole,
 * then what may fail is done first, and only what can't fail comes after it.
 */
final class Reloader implements Reload {
    private static final Logger logger = LoggerFactory.getLogger(Reloader.class);

    private final Proxy proxy;
    private final SettingsStore store;
    private final EventLog events;
    private final GateWatch gates;
    private SpillwaySettings settings;

    Reloader(SpillwaySettings settings, Proxy proxy, SettingsStore store, EventLog events, GateWatch gates) {
        this.settings = settings;
        this.proxy = proxy;
        this.store = store;
        this.events = events;
        this.gates = gates;
    }

    @Override
    public synchronized Result run(String who) {
        Result result = attempt();
        if (result instanceof Result.Refused refused) {
            refused.problems().forEach(problem -> logger.warn("reload refused: {}", problem));
            events.record(SettingsEvents.reloadRefused(who, refused.problems()));
        } else if (result instanceof Result.Done done) {
            done.warnings().forEach(warning -> logger.warn("configuration: {}", warning));
            events.record(SettingsEvents.reloaded(
                    who, done.generation(), AuditTrail.changes(done.changes()), done.atRestart()));
        }
        return result;
    }

    private Result attempt() {
        try {
            return apply(ConfigurationFile.read(settings.file(), ProcessLimits.ofThisProcess()));
        } catch (InvalidConfiguration invalid) {
            return new Result.Refused(
                    invalid.problems().stream().map(Problem::toString).toList());
        } catch (BindFailure | IllegalArgumentException | IllegalStateException failure) {
            return new Result.Refused(List.of(String.valueOf(failure.getMessage())));
        }
    }

    /** The security settings hold before a new listener takes its first connection (S12). */
    private Result apply(SpillwaySettings next) throws BindFailure {
        AtomicReference<Outcome.@Nullable Applied> secured = new AtomicReference<>();
        Reconfiguration reconfiguration =
                proxy.reconfigure(next.proxy(), () -> secured.set(store.reload(next.security())));
        Outcome.Applied security = Objects.requireNonNull(secured.get());
        gates.look("the configuration was read again");
        Logging.level(next.log());
        List<ChangedValue> changes = new ArrayList<>();
        security.changes()
                .forEach(change ->
                        changes.add(new ChangedValue("security." + change.key(), change.before(), change.after())));
        reconfiguration
                .changes()
                .forEach(change -> changes.add(new ChangedValue(change.key(), change.before(), change.after())));
        List<String> atRestart = new ArrayList<>();
        reconfiguration.atRestart().forEach(change -> atRestart.add(change.toString()));
        String level = settings.log().level().name().toLowerCase(Locale.ROOT);
        String nextLevel = next.log().level().name().toLowerCase(Locale.ROOT);
        if (!level.equals(nextLevel)) {
            changes.add(new ChangedValue("log.level", level, nextLevel));
        }
        // Whoever reads the lines would not expect another form of them in the middle.
        later(atRestart, "log.format", next.log().format() != settings.log().format());
        later(atRestart, "admin", !next.admin().equals(settings.admin()));
        later(atRestart, "events", !next.events().equals(settings.events()));
        later(atRestart, "security.store", !next.store().equals(settings.store()));
        settings = next;
        return new Result.Done(security.generation(), changes, atRestart, warnings(next));
    }

    /** Of the file, and of a kernel that does not give what the file asks for. */
    private static List<String> warnings(SpillwaySettings next) {
        List<String> warnings = new ArrayList<>(next.warnings());
        warnings.addAll(KernelWarnings.of(KernelSetupFiles.read(), next));
        return warnings;
    }

    /** What a block says is not told: the admin plane's has tokens. */
    private static void later(List<String> atRestart, String block, boolean differs) {
        if (differs) {
            atRestart.add(block + ": changed in the file");
        }
    }
}
