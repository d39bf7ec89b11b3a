package dev.spillway.server.store;

import dev.spillway.security.Allowance;
import dev.spillway.security.ConnectionRateLimit;
import java.util.ArrayList;
import java.util.List;

/** What an administrator should know of a change beside what it changes. */
final class Notes {
    private static final String RATE_LIMIT = "connection-rate-limit.";

    private Notes() {}

    static List<String> of(Change change, LayeredSettings before, LayeredSettings after) {
        List<String> notes = new ArrayList<>();
        if (change instanceof Change.Assignment assignment) {
            ofAssignment(assignment, after, notes);
        } else if (change instanceof Change.Reset reset && !reset.toFile()) {
            ofReset(after, notes);
        }
        for (SettingKey key : before.active().values().keySet()) {
            if (change.tier() == Tier.PERSISTENT && !after.active().values().containsKey(key)) {
                notes.add(key.name() + " = " + before.value(key) + ", active until the next start, is taken back");
            }
        }
        return notes;
    }

    private static void ofAssignment(Change.Assignment assignment, LayeredSettings after, List<String> notes) {
        if (assignment.ports().stream().anyMatch(Change.Assignment.Ports::exempt)
                && !after.effective(1).mppOn()) {
            notes.add("an exemption has no effect while MPP is disabled");
        }
        boolean mpp = assignment.values().keySet().stream()
                .anyMatch(key -> key.name().equals("mpp") || key.name().equals(SettingKey.MPP_DRY_RUN));
        if (mpp && after.effective(1).dryRun()) {
            notes.add(
                    after.effective(1).mppOn()
                            ? "dry run: nobody is closed or refused by MPP, whatever the pressure; \"spillway show kills\""
                                    + " has who would have been"
                            : "the dry run shows nothing while MPP is disabled");
        }
        ConnectionRateLimit limit = after.effective(1).connectionRateLimit();
        if (assignment.values().keySet().stream().anyMatch(key -> key.name().startsWith(RATE_LIMIT))
                && limit.on()
                && limit.perListener().equals(Allowance.UNLIMITED)
                && limit.perSource().equals(Allowance.UNLIMITED)) {
            notes.add(
                    "the connection rate limit limits nothing yet: each of its rates, half-opens and connections is 0");
        }
        for (SettingKey key : assignment.values().keySet()) {
            Asked file = after.file().values().get(key);
            if (file != null && !file.value().equals(after.value(key))) {
                notes.add(file.origin().describe() + " says " + key.name() + " = " + file.value()
                        + "; this goes before it until \"reset --to-file\"");
            }
        }
    }

    private static void ofReset(LayeredSettings after, List<String> notes) {
        for (SettingKey key : after.keys()) {
            boolean rateLimit = key.name().startsWith(RATE_LIMIT);
            boolean ofTheFour =
                    List.of("mpp", SettingKey.MPP_DRY_RUN, "profiles", "role").contains(key.name()) || rateLimit;
            if (!ofTheFour && !after.value(key).equals(key.byDefault())) {
                notes.add("left alone: " + key.name() + " = " + after.value(key));
            }
        }
        for (PortList list : List.of(PortList.IPV4, PortList.IPV6)) {
            if (!after.marks(list).exempt().isEmpty()) {
                notes.add("left alone: " + list.key() + " = "
                        + after.marks(list).exempt().ranges());
            }
        }
    }
}
