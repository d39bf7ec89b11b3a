package dev.spillway.server.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.spillway.network.DomainSettings;
import dev.spillway.security.PortRange;
import dev.spillway.server.store.Asked;
import dev.spillway.server.store.Layer;
import dev.spillway.server.store.Origin;
import dev.spillway.server.store.PortList;
import dev.spillway.server.store.PortMarks;
import dev.spillway.server.store.SettingKey;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.transport.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code security}: what the operator's file asks for, as the layer that the store goes before, each value with its line.
 *
 * @param layer what it asks for
 * @param domain how the domain profile is found
 * @param store the file of the settings made at run time; empty if none are kept
 */
record SecurityBlock(Layer layer, DomainSettings domain, Optional<Path> store) {
    private static final Pattern PORTS = Pattern.compile("\\s*([0-9]{1,9})\\s*(?:-\\s*([0-9]{1,9})\\s*)?");
    private static final String LIST = "a list of ports and ranges of ports, as [22, \"5000-5009\"]";

    /** @param file the main file, beside which the store is unless it is said where */
    static SecurityBlock read(Section spillway, Path file) {
        Section security = spillway.block("security");
        Layer layer = Layer.EMPTY;
        layer = value(layer, security, "role", "role");
        layer = value(layer, security, "mpp", "mpp");
        layer = value(layer, security, SettingKey.MPP_DRY_RUN, SettingKey.MPP_DRY_RUN);
        layer = value(layer, security, "profiles", "profiles");
        layer = ports(layer, security, "port-exemptions", PortList.EXEMPTIONS);
        for (Map.Entry<String, PortList> family :
                Map.of("ipv4", PortList.IPV4, "ipv6", PortList.IPV6).entrySet()) {
            Section block = security.block(family.getKey());
            layer = value(layer, block, "mpp", family.getKey() + ".mpp");
            layer = ports(layer, block, "excluded-ports", family.getValue());
            block.end();
        }
        layer = interfaces(layer, security.block("interfaces"));
        layer = rateLimit(layer, security.block("connection-rate-limit"));
        DomainSettings domain = domain(security.block("domain"));
        Optional<Path> store = store(security.block("store"), file);
        security.end();
        return new SecurityBlock(layer, domain, store);
    }

    private static Layer interfaces(Layer layer, Section interfaces) {
        Layer read = layer;
        for (Map.Entry<String, Section> entry : interfaces.blocks().entrySet()) {
            String before = "interfaces." + entry.getKey() + ".";
            Section block = entry.getValue();
            try {
                SettingKey.find(before + "mpp");
            } catch (IllegalArgumentException malformed) {
                block.reportSelf("is no fit name (expected: " + malformed.getMessage() + ")");
                continue;
            }
            for (String what : List.of("profile", "mpp")) {
                read = value(read, block, what, before + what);
            }
            for (String family : List.of("ipv4", "ipv6")) {
                Section own = block.block(family);
                read = value(read, own, "mpp", before + family + ".mpp");
                own.end();
            }
            block.end();
        }
        if (read.values().keySet().stream().filter(SettingKey::ofInterface).count()
                > SettingsStore.MOST_INTERFACE_VALUES) {
            interfaces.reportSelf("has too much in it (expected: at most " + SettingsStore.MOST_INTERFACE_VALUES
                    + " values in all its blocks)");
        }
        return read;
    }

    private static Layer rateLimit(Layer layer, Section limit) {
        Layer read = value(layer, limit, "enabled", "connection-rate-limit.enabled");
        for (String whose : List.of("per-listener", "per-source")) {
            Section block = limit.block(whose);
            for (String what : List.of("rate", "burst", "half-open", "connections")) {
                read = value(read, block, what, "connection-rate-limit." + whose + "." + what);
            }
            block.end();
        }
        limit.end();
        return read;
    }

    /** The layer with the value of a key, if the operator wrote it. */
    private static Layer value(Layer layer, Section block, String key, String name) {
        SettingKey setting = SettingKey.find(name).orElseThrow();
        Optional<String> value = block.find(key, found -> {
            boolean scalar = found.valueType() == ConfigValueType.NUMBER
                    || found.valueType() == ConfigValueType.STRING
                    || found.valueType() == ConfigValueType.BOOLEAN;
            try {
                return setting.canonical(scalar ? found.unwrapped().toString() : "");
            } catch (IllegalArgumentException unfit) {
                throw new Scalar.Unfit(String.valueOf(unfit.getMessage()));
            }
        });
        if (value.isEmpty() || !block.stated(key)) {
            return layer;
        }
        if (layer.values().containsKey(setting)) {
            block.report(key, "one block for each interface; this one is there under another name");
            return layer;
        }
        return layer.with(
                setting, new Asked(value.get(), Origin.file(block.place(key).toString())));
    }

    private static Layer ports(Layer layer, Section block, String key, PortList list) {
        PortMarks marks = PortMarks.NONE;
        for (Section.Placed<PortRange> range : block.placedList(key, LIST, SecurityBlock::range)) {
            marks = marks.with(new PortMarks.Mark(
                    true, range.value(), Origin.file(range.place().toString())));
        }
        return layer.with(list, marks);
    }

    private static PortRange range(ConfigValue value) throws Scalar.Unfit {
        boolean scalar = value.valueType() == ConfigValueType.NUMBER || value.valueType() == ConfigValueType.STRING;
        Matcher ports = PORTS.matcher(scalar ? value.unwrapped().toString() : "");
        if (!ports.matches()) {
            throw new Scalar.Unfit("a port or a range of ports in 0-65535, as 22 or \"5000-5009\"");
        }
        int first = Integer.parseInt(ports.group(1));
        int last = ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
        if (first > PortRange.MAX_PORT || last > PortRange.MAX_PORT) {
            throw new Scalar.Unfit("ports in 0-65535");
        }
        if (first > last) {
            throw new Scalar.Unfit("the lower port first, \"" + last + "-" + first + "\"; this range is reversed");
        }
        return new PortRange(first, last);
    }

    private static DomainSettings domain(Section domain) {
        String expectation =
                "a list of at most " + DomainSettings.MOST_CONTROLLERS + " servers, as [\"dc1.example.com:389\"]";
        List<HostPort> controllers = domain.list("controllers", expectation, Addresses.toConnect());
        boolean few = controllers.size() <= DomainSettings.MOST_CONTROLLERS;
        if (!few) {
            domain.report("controllers", expectation);
        }
        Duration interval = domain.get("probe-interval", Scalar.time(Duration.ofSeconds(1), Duration.ofDays(1), ""));
        Duration timeout = domain.get("timeout", Scalar.time(Duration.ofMillis(10), Duration.ofMinutes(1), ""));
        domain.end();
        boolean fits = timeout.compareTo(interval) <= 0;
        if (!fits && domain.sound("probe-interval", "timeout")) {
            domain.report("timeout", "at most probe-interval, " + Quantity.time(interval));
        }
        return few && fits ? new DomainSettings(controllers, interval, timeout) : DomainSettings.NONE;
    }

    private static Optional<Path> store(Section store, Path file) {
        boolean enabled = store.get("enabled", Scalar.flag());
        Optional<String> path =
                store.find("path", Scalar.text("the path of a file, as \"/var/lib/spillway/settings.json\""));
        store.end();
        Path kept = path.map(file.toAbsolutePath()::resolveSibling).orElseGet(() -> beside(file));
        return enabled ? Optional.of(kept) : Optional.empty();
    }

    /** {@code spillway.settings.json} for {@code spillway.conf}. */
    private static Path beside(Path file) {
        String name = String.valueOf(file.getFileName());
        return file.toAbsolutePath().resolveSibling(name.replaceFirst("\\.conf$", "") + ".settings.json");
    }
}
