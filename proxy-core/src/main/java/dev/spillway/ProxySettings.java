package dev.spillway;

import dev.spillway.limit.ConnectionLimits;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.network.DomainSettings;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.RelaySettings;
import dev.spillway.security.SecuritySettings;
import dev.spillway.syngate.SynGateSettings;
import dev.spillway.transport.TransportSettings;
import dev.spillway.upstream.UpstreamSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything a {@link Proxy} is made of; it nests as the code does.
 *
 * @param listeners at least one, with distinct names
 * @param upstreams every pool a listener names, with distinct names
 * @param transport which transport to take
 * @param relay how bytes are passed on
 * @param limits how many connections there may be
 * @param security the security settings to start with
 * @param domain how the domain profile is found
 * @param pressure how memory is watched
 * @param prune how victims are chosen
 * @param synGate how newcomers are kept out
 * @param drainDeadline how long a drain waits for connections to end by themselves; zero means not at all
 */
public record ProxySettings(
        List<ListenerSettings> listeners,
        List<UpstreamSettings> upstreams,
        TransportSettings transport,
        RelaySettings relay,
        ConnectionLimits limits,
        SecuritySettings security,
        DomainSettings domain,
        PressureSettings pressure,
        PruneSettings prune,
        SynGateSettings synGate,
        Duration drainDeadline) {
    /** @throws IllegalArgumentException if names clash or a listener names no pool */
    public ProxySettings {
        listeners = List.copyOf(listeners);
        upstreams = List.copyOf(upstreams);
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("listeners: none (expected: one at least)");
        }
        if (drainDeadline.isNegative()) {
            throw new IllegalArgumentException("drain-deadline: " + drainDeadline + " (expected: not negative)");
        }
        distinct("listeners", listeners.stream().map(ListenerSettings::name).toList());
        distinct("upstreams", upstreams.stream().map(UpstreamSettings::name).toList());
        Set<String> pools = upstreams.stream().map(UpstreamSettings::name).collect(Collectors.toSet());
        for (ListenerSettings listener : listeners) {
            if (!pools.contains(listener.upstream())) {
                throw new IllegalArgumentException("listeners." + listener.name() + ".upstream: " + listener.upstream()
                        + " (expected: one of " + pools + ")");
            }
        }
    }

    /** The same with other security settings to start with. */
    public ProxySettings security(SecuritySettings other) {
        return new ProxySettings(
                listeners, upstreams, transport, relay, limits, other, domain, pressure, prune, synGate, drainDeadline);
    }

    private static void distinct(String what, List<String> names) {
        if (new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException(what + ": " + names + " (expected: distinct names)");
        }
    }
}
