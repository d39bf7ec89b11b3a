package dev.spillway.server.cli;

import dev.spillway.ProxySettings;
import dev.spillway.limit.ConnectionLimits;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.RelaySettings;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.security.Verdict;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.server.config.Quantity;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.syngate.GateKind;
import dev.spillway.transport.HostPort;
import dev.spillway.upstream.UpstreamSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a configuration comes to, for people to read. */
public final class Summary {
    private Summary() {}

    /** The lines, without a line end each. */
    public static List<String> lines(SpillwaySettings settings) {
        List<String> lines = new ArrayList<>();
        ProxySettings proxy = settings.proxy();
        lines.add("");
        lines.add("listeners");
        proxy.listeners().forEach(listener -> lines.add("  " + listener(listener, proxy)));
        lines.add("upstreams");
        proxy.upstreams().forEach(upstream -> lines.add("  " + upstream(upstream)));
        lines.add("");
        row(
                lines,
                "transport",
                proxy.transport().kind().map(kind -> kind.label()).orElse("auto (epoll where it works, else nio)")
                        + ", event loops: "
                        + (proxy.transport().threads() == 0
                                ? "one for each of " + Runtime.getRuntime().availableProcessors() + " processors"
                                : proxy.transport().threads()));
        row(lines, "memory", memory(proxy.relay()));
        row(lines, "connections", connections(proxy.limits()));
        row(
                lines,
                "timeouts",
                "idle " + time(proxy.relay().idleTimeout()) + ", first byte " + firstByte(proxy.relay())
                        + ", half-closed "
                        + time(proxy.relay().halfCloseTimeout()) + ", drain "
                        + Quantity.time(proxy.drainDeadline()));
        row(lines, "security", security(proxy.security()));
        row(
                lines,
                "syn gate",
                proxy.synGate().kind().map(GateKind::label).orElse("auto") + ", accept-"
                        + proxy.synGate().refusal().name().toLowerCase(Locale.ROOT));
        row(lines, "watched", watched(proxy.pressure().watermarks()));
        row(lines, "admin", admin(settings.admin()));
        row(
                lines,
                "log",
                settings.log().level().name().toLowerCase(Locale.ROOT) + ", "
                        + settings.log().format().name().toLowerCase(Locale.ROOT));
        return lines;
    }

    /** {@code main  127.0.0.1:8080 -> backend  profile public, verdict eligible}. */
    private static String listener(ListenerSettings listener, ProxySettings proxy) {
        return listener.name() + "  " + listener.bind() + " -> " + listener.upstream() + "  profile "
                + profile(listener, proxy.security());
    }

    /** No interface is looked at here, so what depends on them is left to them. */
    private static String profile(ListenerSettings listener, SecuritySettings security) {
        if (listener.rules().profile().isEmpty()
                && !security.interfaces().rules().isEmpty()) {
            return "and verdict by interface";
        }
        Place place = Place.unknown(new InetSocketAddress(0).getAddress());
        Verdict verdict = SecurityPolicy.judge(
                security, new Arrival(place, listener.bind().port(), Family.IPV4, listener.rules()));
        return verdict.profile().label() + ", verdict " + verdict.standing().label();
    }

    private static String upstream(UpstreamSettings upstream) {
        return upstream.name() + "  "
                + upstream.servers().stream().map(HostPort::toString).collect(Collectors.joining(", "))
                + "  connect within " + Quantity.time(upstream.connectTimeout());
    }

    private static String memory(RelaySettings relay) {
        return Quantity.size(relay.budgetBytes()) + " for all buffers, " + Quantity.size(relay.minBuffer()) + " to "
                + Quantity.size(relay.maxBuffer()) + " each";
    }

    private static String connections(ConnectionLimits limits) {
        return limits.maxConnections() + " at most, " + (limits.maxConnections() - limits.maxForEligible())
                + " of them for exempt ones only, " + limits.mostHalfOpen() + " eligible ones half-open";
    }

    private static String security(SecuritySettings security) {
        return "mpp " + toggle(security.mpp(), security.mppOn())
                + (security.mppOn() && security.dryRun() ? " (dry run: nobody is closed or refused)" : "")
                + ", profiles "
                + toggle(security.profiles(), security.profilesOn()) + ", role "
                + security.role().name().toLowerCase(Locale.ROOT) + ", exempt ports "
                + (security.portExemptions().isEmpty() ? "none" : security.portExemptions());
    }

    private static String toggle(Toggle asked, boolean on) {
        String inForce = on ? "enabled" : "disabled";
        return asked == Toggle.DEFAULT ? "default (" + inForce + ")" : inForce;
    }

    private static String watched(Map<Signal, Watermarks> watermarks) {
        return Arrays.stream(Signal.values())
                .filter(watermarks::containsKey)
                .map(signal -> signal.label() + " " + marks(watermarks.get(signal)))
                .collect(Collectors.joining(", "));
    }

    private static String marks(@Nullable Watermarks marks) {
        return marks == null ? "" : marks.low() + "/" + marks.reentry() + "/" + marks.high();
    }

    private static String admin(AdminSettings admin) {
        if (!admin.enabled()) {
            return "off";
        }
        return "http://" + admin.bind() + "/, " + (admin.guarded() ? "with a token" : "without a token");
    }

    private static String firstByte(RelaySettings relay) {
        return relay.firstByteTimeout().isZero() ? "as idle" : Quantity.time(relay.firstByteTimeout());
    }

    private static String time(Duration time) {
        return time.isZero() ? "never" : Quantity.time(time);
    }

    private static void row(List<String> lines, String name, String value) {
        lines.add(String.format(Locale.ROOT, "%-12s %s", name, value));
    }
}
