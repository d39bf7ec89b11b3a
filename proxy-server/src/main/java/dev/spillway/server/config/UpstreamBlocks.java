package dev.spillway.server.config;

import dev.spillway.transport.HostPort;
import dev.spillway.upstream.UpstreamSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code upstreams} and {@code upstream-defaults}. */
final class UpstreamBlocks {
    private static final Scalar.Reader<Duration> CONNECT_TIMEOUT =
            Scalar.time(Duration.ofMillis(1), Duration.ofHours(1), "");
    private static final Scalar.Reader<Duration> RETRY_DOWN_AFTER =
            Scalar.time(Duration.ofMillis(1), Duration.ofDays(1), "tries every server in turn, down or not");
    private static final Scalar.Reader<Duration> RESOLVE_INTERVAL =
            Scalar.time(Duration.ofMillis(100), Duration.ofDays(1), "");

    private final Set<String> names;
    private final Map<String, Section> sections;
    private final List<UpstreamSettings> settings = new ArrayList<>();

    private UpstreamBlocks(Section upstreams) {
        this.names = upstreams.names();
        this.sections = upstreams.blocks();
    }

    static UpstreamBlocks read(Section spillway) {
        Section byDefault = spillway.block("upstream-defaults");
        Duration connectTimeout = byDefault.get("connect-timeout", CONNECT_TIMEOUT);
        Duration retryDownAfter = byDefault.get("retry-down-after", RETRY_DOWN_AFTER);
        Duration resolveInterval = byDefault.get("resolve-interval", RESOLVE_INTERVAL);
        byDefault.end();
        Section upstreams = spillway.block("upstreams");
        UpstreamBlocks blocks = new UpstreamBlocks(upstreams);
        if (blocks.names.isEmpty() && spillway.sound("upstreams")) {
            upstreams.reportSelf("is empty (expected: one upstream at least, as upstreams.backend { servers ="
                    + " [\"127.0.0.1:9000\"] })");
        }
        blocks.sections.forEach((name, section) -> {
            Names.check(name, section);
            List<HostPort> servers = blocks.servers(section);
            Duration connect = section.find("connect-timeout", CONNECT_TIMEOUT).orElse(connectTimeout);
            Duration retry = section.find("retry-down-after", RETRY_DOWN_AFTER).orElse(retryDownAfter);
            Duration resolve =
                    section.find("resolve-interval", RESOLVE_INTERVAL).orElse(resolveInterval);
            section.end();
            if (!servers.isEmpty()) {
                blocks.settings.add(new UpstreamSettings(name, servers, connect, retry, resolve));
            }
        });
        return blocks;
    }

    private List<HostPort> servers(Section section) {
        String expectation = "a list of one server at least, as servers = [\"127.0.0.1:9000\"]";
        List<HostPort> servers = section.requireList("servers", expectation, Addresses.toConnect());
        if (servers.isEmpty() && section.sound("servers")) {
            section.report("servers", expectation);
        }
        if (new LinkedHashSet<>(servers).size() < servers.size()) {
            section.warn("servers", "names a server twice: it gets twice the connections");
        }
        return servers;
    }

    /** The names of all pools, whether they could be read or not. */
    Set<String> names() {
        return names;
    }

    /** Those that could be read. */
    List<UpstreamSettings> settings() {
        return settings;
    }

    /** Tells which pools no listener uses. */
    void warnOfUnused(Set<String> used) {
        sections.forEach((name, section) -> {
            if (!used.contains(name)) {
                section.warnSelf("is used by no listener");
            }
        });
    }
}
