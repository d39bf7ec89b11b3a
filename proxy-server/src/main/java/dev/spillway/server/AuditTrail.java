package dev.spillway.server;

import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.SettingChange;
import dev.spillway.server.events.SettingsEvents;
import dev.spillway.server.events.SettingsRefusals;
import dev.spillway.server.store.Audit;
import dev.spillway.server.store.Origin;
import dev.spillway.server.store.Outcome;
import dev.spillway.server.store.Persistence;
import dev.spillway.server.store.SettingsStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Has the event log keep who changed what, who was refused, and how the store is. Owns the thread that sums refusals up. */
final class AuditTrail implements Audit, AutoCloseable {
    private final EventLog events;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "spillway-audit");
        thread.setDaemon(true);
        return thread;
    });
    private final SettingsRefusals refusals;

    AuditTrail(EventLog events) {
        this.events = events;
        this.refusals = new SettingsRefusals(events::record, timer);
    }

    @Override
    public void made(SettingsStore.Made made) {
        events.record(SettingsEvents.changed(
                made.origin().who().orElse("nobody known"),
                made.origin().kind().label(),
                made.tier().label(),
                made.outcome().generation(),
                changes(made.outcome().changes())));
    }

    @Override
    public void refused(Origin origin, String why) {
        refusals.refused(origin.who().orElse("nobody known"), origin.kind().label(), why);
    }

    @Override
    public void trouble(Persistence persistence) {
        String path = persistence.path().map(Path::toString).orElse("");
        String problem = persistence.problem().orElse("");
        switch (persistence.state()) {
            case DAMAGED -> events.record(SettingsEvents.storeDamaged(path, problem));
            case UNWRITABLE -> events.record(SettingsEvents.storeUnwritable(path, problem));
            case NONE, ABSENT, OK -> {
                // Out of trouble again, which the change that succeeded tells.
            }
        }
    }

    static List<SettingChange> changes(List<Outcome.ChangedValue> changes) {
        return changes.stream()
                .map(change -> new SettingChange(change.key(), change.before(), change.after()))
                .toList();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
