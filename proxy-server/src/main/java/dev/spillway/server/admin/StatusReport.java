package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.connection.CloseReason;
import dev.spillway.relay.RelayCounts;
import dev.spillway.security.PortRange;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The proxy at a glance, as {@code /api/v1/status} shows it. */
record StatusReport(
        String state,
        boolean ready,
        long uptimeMillis,
        Transport transport,
        String synGate,
        Security security,
        Connections connections,
        Relay relay) {
    record Transport(String kind, String reason, int threads) {}

    record Security(
            long generation, String role, Switch mpp, Switch mppDryRun, Switch profiles, List<String> portExemptions) {}

    record Switch(String setting, boolean on) {}

    record Connections(long active, long eligible, long max, Map<String, Long> closed) {}

    record Relay(
            long heldBytes, long budgetBytes, long poolBytes, long shortReads, long receivedBytes, long sentBytes) {}

    static StatusReport of(ProxyView proxy) {
        RelayCounts counts = proxy.relays();
        Map<String, Long> closed = new LinkedHashMap<>();
        for (CloseReason reason : CloseReason.values()) {
            closed.put(reason.label(), counts.closed().getOrDefault(reason, 0L));
        }
        ProxyView.State state = proxy.state();
        return new StatusReport(
                word(state),
                state == ProxyView.State.RUNNING,
                ManagementFactory.getRuntimeMXBean().getUptime(),
                new Transport(proxy.transport().label(), proxy.transportReason(), proxy.threads()),
                proxy.synGate(),
                security(proxy.security()),
                new Connections(counts.active(), counts.activeEligible(), proxy.maxConnections(), closed),
                new Relay(
                        counts.heldBytes(),
                        counts.budgetBytes(),
                        proxy.poolBytes(),
                        counts.shortReads(),
                        counts.receivedBytes(),
                        counts.sentBytes()));
    }

    private static Security security(SecuritySettings settings) {
        return new Security(
                settings.generation(),
                word(settings.role()),
                toggle(settings.mpp(), settings.mppOn()),
                toggle(settings.mppDryRun(), settings.dryRun()),
                toggle(settings.profiles(), settings.profilesOn()),
                settings.portExemptions().ranges().stream()
                        .map(PortRange::toString)
                        .toList());
    }

    private static Switch toggle(Toggle toggle, boolean on) {
        return new Switch(word(toggle), on);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
