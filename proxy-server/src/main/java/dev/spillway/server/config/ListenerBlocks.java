package dev.spillway.server.config;

import com.typesafe.config.ConfigValue;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Toggle;
import dev.spillway.server.spelling.Spelling;
import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code listeners} and {@code listener-defaults}. */
final class ListenerBlocks {
    private static final Scalar.Reader<Integer> BACKLOG = Scalar.whole(1, Integer.MAX_VALUE, "");
    private static final Scalar.Reader<Duration> DEFER = ListenerBlocks::wholeSeconds;
    private static final Scalar.Reader<Toggle> TOGGLE =
            Scalar.word(Words.of("enabled", Toggle.ENABLED, "disabled", Toggle.DISABLED, "default", Toggle.DEFAULT));

    /** Empty for {@code default}: the interface's. */
    private static final Scalar.Reader<Optional<NetworkProfile>> PROFILE = ListenerBlocks::profile;

    private final Map<String, Section> sections;
    private final Map<String, HostPort> binds = new LinkedHashMap<>();
    private final List<ListenerSettings> settings = new ArrayList<>();

    private ListenerBlocks(Map<String, Section> sections) {
        this.sections = sections;
    }

    /** @param upstreams the names of the pools there are */
    static ListenerBlocks read(Section spillway, Set<String> upstreams) {
        Section byDefault = spillway.block("listener-defaults");
        Optional<NetworkProfile> profile = byDefault.get("profile", PROFILE);
        Toggle mpp = byDefault.get("mpp", TOGGLE);
        int backlog = byDefault.get("backlog", BACKLOG);
        Duration defer = byDefault.get("defer-accept", DEFER);
        boolean atFirstByte = byDefault.get("connect-at-first-byte", Scalar.flag());
        byDefault.end();
        Section listeners = spillway.block("listeners");
        ListenerBlocks blocks = new ListenerBlocks(listeners.blocks());
        if (listeners.names().isEmpty() && spillway.sound("listeners")) {
            listeners.reportSelf("is empty (expected: one listener at least, as listeners.main { bind ="
                    + " \"127.0.0.1:8080\", upstream = backend })");
        }
        blocks.sections.forEach((name, section) -> {
            Names.check(name, section);
            Optional<HostPort> bind =
                    section.require("bind", "host:port to listen at, as bind = \"127.0.0.1:8080\"", Addresses.toBind());
            Optional<String> upstream = section.require(
                    "upstream", "the name of a block of spillway.upstreams", Scalar.text("the name of an upstream"));
            ListenerRules rules = new ListenerRules(
                    section.find("profile", PROFILE).orElse(profile),
                    section.find("mpp", TOGGLE).orElse(mpp));
            int ownBacklog = section.find("backlog", BACKLOG).orElse(backlog);
            Duration ownDefer = section.find("defer-accept", DEFER).orElse(defer);
            boolean ownAtFirstByte =
                    section.find("connect-at-first-byte", Scalar.flag()).orElse(atFirstByte);
            section.end();
            upstream.ifPresent(pool -> known(section, pool, upstreams));
            bind.ifPresent(address -> blocks.bind(name, section, address));
            if (bind.isPresent() && upstream.isPresent()) {
                blocks.settings.add(new ListenerSettings(
                        name, bind.get(), upstream.get(), rules, ownBacklog, ownDefer, ownAtFirstByte));
            }
        });
        return blocks;
    }

    /** The kernel takes no others. */
    private static Duration wholeSeconds(ConfigValue value) throws Scalar.Unfit {
        Duration time = Scalar.time(Duration.ofSeconds(1), Duration.ofMinutes(10), "hands connections over at once")
                .read(value);
        if (time.getNano() != 0) {
            throw new Scalar.Unfit("whole seconds, as 5s");
        }
        return time;
    }

    private static Optional<NetworkProfile> profile(ConfigValue value) throws Scalar.Unfit {
        if ("domain".equals(value.unwrapped())) {
            throw new Scalar.Unfit("public, private or default; domain is found by reaching one of"
                    + " security.domain.controllers, not set");
        }
        return Scalar.word(Words.of(
                        "public",
                        Optional.of(NetworkProfile.PUBLIC),
                        "private",
                        Optional.of(NetworkProfile.PRIVATE),
                        "default",
                        Optional.<NetworkProfile>empty()))
                .read(value);
    }

    private static void known(Section section, String upstream, Set<String> upstreams) {
        if (!upstreams.contains(upstream)) {
            section.report(
                    "upstream",
                    Spelling.nearest(upstream, upstreams)
                            .map(nearest -> "the name of a block of spillway.upstreams; the nearest is " + nearest)
                            .orElse("the name of a block of spillway.upstreams; there is none yet"));
        }
    }

    private void bind(String name, Section section, HostPort address) {
        clash(address).ifPresent(other -> section.report("bind", "an address of its own; " + other + " takes it"));
        binds.put(name, address);
    }

    /** The listener that takes {@code address} already, in words. */
    Optional<String> clash(HostPort address) {
        return binds.entrySet().stream()
                .filter(entry -> Addresses.clash(entry.getValue(), address))
                .findFirst()
                .map(entry -> "listener " + entry.getKey() + " at " + entry.getValue());
    }

    /** Those that could be read. */
    List<ListenerSettings> settings() {
        return settings;
    }
}
