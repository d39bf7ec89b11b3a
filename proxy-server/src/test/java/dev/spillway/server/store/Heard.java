package dev.spillway.server.store;

import java.util.ArrayList;
import java.util.List;

/** Everything an audit was told. */
class Heard implements Audit {
    final List<SettingsStore.Made> made = new ArrayList<>();
    final List<String> refused = new ArrayList<>();
    final List<Persistence.State> troubles = new ArrayList<>();

    @Override
    public void made(SettingsStore.Made change) {
        made.add(change);
    }

    @Override
    public void refused(Origin origin, String why) {
        refused.add(origin.describe() + ": " + why);
    }

    @Override
    public void trouble(Persistence persistence) {
        troubles.add(persistence.state());
    }
}
