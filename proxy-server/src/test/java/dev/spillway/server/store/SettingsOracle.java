package dev.spillway.server.store;

import dev.spillway.security.PortRange;
import dev.spillway.server.store.Change.Reset.Group;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the settings have to be, in the plainest way there is: for each layer a map of values, and a word for each of the 65536
 * ports of each list.
 */
final class SettingsOracle {
    private static final int PORTS = 65536;

    /** A value, and who asked. */
    record Value(String value, String by) {}

    /** A word on one port. */
    record PortWord(boolean exempt, PortRange asked, String by) {
        private static final Map<PortWord, PortWord> EACH_ONCE = new ConcurrentHashMap<>();

        /** Equal ones are the same one, so that comparing 65536 of them is quick. */
        static PortWord of(boolean exempt, PortRange asked, String by) {
            PortWord word = new PortWord(exempt, asked, by);
            PortWord first = EACH_ONCE.putIfAbsent(word, word);
            return first == null ? word : first;
        }
    }

    /** One layer. */
    static final class Said {
        final Map<String, Value> values = new TreeMap<>();
        final Map<PortList, PortWord[]> ports = new HashMap<>();

        Said() {
            for (PortList list : PortList.values()) {
                ports.put(list, new PortWord[PORTS]);
            }
        }

        Said copy() {
            Said copy = new Said();
            copy.values.putAll(values);
            ports.forEach((list, words) -> copy.ports.put(list, words.clone()));
            return copy;
        }

        @Nullable
        PortWord on(PortList list, int port) {
            return ports.get(list)[port];
        }

        boolean same(Said other) {
            return values.equals(other.values)
                    && Arrays.stream(PortList.values())
                            .allMatch(list -> Arrays.equals(ports.get(list), other.ports.get(list)));
        }
    }

    Said file = new Said();
    Said persistent = new Said();
    Said active = new Said();

    SettingsOracle copy() {
        SettingsOracle copy = new SettingsOracle();
        copy.file = file.copy();
        copy.persistent = persistent.copy();
        copy.active = active.copy();
        return copy;
    }

    boolean same(SettingsOracle other) {
        return file.same(other.file) && persistent.same(other.persistent) && active.same(other.active);
    }

    /** Without what is lost at the end of a process. */
    SettingsOracle restarted() {
        SettingsOracle next = copy();
        next.active = new Said();
        return next;
    }

    Said layer(Tier tier) {
        return switch (tier) {
            case FILE -> file;
            case PERSISTENT -> persistent;
            case ACTIVE -> active;
            case NONE -> throw new AssertionError(tier);
        };
    }

    // What holds.

    String value(String key) {
        for (Said layer : List.of(active, persistent, file)) {
            if (layer.values.containsKey(key)) {
                return layer.values.get(key).value();
            }
        }
        if (key.equals("role")) {
            return "server";
        }
        boolean count = key.startsWith("connection-rate-limit.") && !key.endsWith(".enabled");
        return count ? "0" : "default";
    }

    boolean exempt(PortList list, int port) {
        for (Said layer : List.of(active, persistent, file)) {
            PortWord word = layer.on(list, port);
            if (word != null) {
                return word.exempt();
            }
        }
        return false;
    }

    // What is done.

    void set(Tier tier, Map<String, String> values, String by) {
        values.forEach((key, value) -> {
            if (tier == Tier.PERSISTENT) {
                active.values.remove(key);
            }
            layer(tier).values.put(key, new Value(value, by));
        });
    }

    void ports(Tier tier, PortList list, PortRange range, boolean exempt, String by) {
        PortWord word = PortWord.of(exempt, range, by);
        for (int port = range.first(); port <= range.last(); port++) {
            if (tier == Tier.PERSISTENT) {
                active.ports.get(list)[port] = null;
            }
            boolean mark = exempt || exemptBelow(tier, list, port);
            layer(tier).ports.get(list)[port] = mark ? word : null;
        }
    }

    private boolean exemptBelow(Tier tier, PortList list, int port) {
        PortWord kept = persistent.on(list, port);
        PortWord below = tier == Tier.ACTIVE && kept != null ? kept : file.on(list, port);
        return below != null && below.exempt();
    }

    void reset(Tier tier, Set<Group> groups, boolean toFile, String by) {
        forget(active, groups, toFile);
        if (tier == Tier.PERSISTENT) {
            forget(persistent, groups, toFile);
        }
        if (toFile) {
            return;
        }
        for (SettingKey key : SettingKey.always()) {
            String otherwise = new SettingsOracle().value(key.name());
            if (inGroups(key.name(), groups) && !value(key.name()).equals(otherwise)) {
                layer(tier).values.put(key.name(), new Value(otherwise, by));
            }
        }
        if (groups.contains(Group.EXEMPTIONS)) {
            ports(tier, PortList.EXEMPTIONS, new PortRange(0, 65535), false, by);
        }
    }

    private static void forget(Said layer, Set<Group> groups, boolean toFile) {
        boolean everything = toFile && groups.size() == 4;
        layer.values.keySet().removeIf(key -> everything || inGroups(key, groups));
        for (PortList list : PortList.values()) {
            if (everything || list == PortList.EXEMPTIONS && groups.contains(Group.EXEMPTIONS)) {
                layer.ports.put(list, new PortWord[PORTS]);
            }
        }
    }

    private static boolean inGroups(String key, Set<Group> groups) {
        return (key.equals("mpp") || key.equals("mpp-dry-run")) && groups.contains(Group.MPP)
                || key.equals("profiles") && groups.contains(Group.PROFILES)
                || key.startsWith("connection-rate-limit") && groups.contains(Group.RATE_LIMIT);
    }

    /** Who says again what was said already has changed nothing; it stays the first one's. */
    void keepingWhoWasFirst(SettingsOracle before) {
        for (Tier tier : List.of(Tier.PERSISTENT, Tier.ACTIVE)) {
            Said now = layer(tier);
            Said then = before.layer(tier);
            now.values.replaceAll((key, value) -> {
                Value first = then.values.get(key);
                return first != null && first.value().equals(value.value()) ? first : value;
            });
            for (PortList list : PortList.values()) {
                if (saysTheSame(now.ports.get(list), then.ports.get(list))) {
                    now.ports.put(list, then.ports.get(list).clone());
                }
            }
        }
    }

    private static boolean saysTheSame(PortWord[] now, PortWord[] then) {
        for (int port = 0; port < PORTS; port++) {
            PortWord one = now[port];
            PortWord other = then[port];
            boolean same = one == other
                    || one != null
                            && other != null
                            && one.exempt() == other.exempt()
                            && Objects.equals(one.asked(), other.asked());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    // How a connection is judged.

    /** A connection of the model; {@code selectors} are those that cover its local address, the most specific first. */
    record Visit(
            boolean ipv4,
            int port,
            List<String> selectors,
            boolean domain,
            String listenerProfile,
            String listenerMpp) {}

    /** The profile and the standing. */
    String judge(Visit visit) {
        String profile = profile(visit);
        return profile + " " + standing(visit, profile);
    }

    private String profile(Visit visit) {
        if (!visit.listenerProfile().equals("default")) {
            return visit.listenerProfile();
        }
        for (String selector : visit.selectors()) {
            String stated = value("interfaces." + selector + ".profile");
            if (!stated.equals("default")) {
                return stated;
            }
        }
        return visit.domain() ? "domain" : "public";
    }

    private String standing(Visit visit, String profile) {
        String mpp = value("mpp");
        boolean byDefault =
                value("role").equals("server") || visit.listenerMpp().equals("enabled");
        String family = visit.ipv4() ? "ipv4" : "ipv6";
        if (mpp.equals("disabled") || mpp.equals("default") && !byDefault) {
            return "mpp-disabled";
        }
        if (visit.listenerMpp().equals("disabled")) {
            return "listener-mpp-disabled";
        }
        if (value(family + ".mpp").equals("disabled")) {
            return "family-mpp-disabled";
        }
        if (interfaceMpp(visit, family).equals("disabled")) {
            return "interface-mpp-disabled";
        }
        if (exempt(PortList.EXEMPTIONS, visit.port())) {
            return "exempt-port";
        }
        if (exempt(visit.ipv4() ? PortList.IPV4 : PortList.IPV6, visit.port())) {
            return "family-exempt-port";
        }
        boolean spared = !value("profiles").equals("disabled") && !profile.equals("public");
        return spared ? profile + "-profile" : "eligible";
    }

    private String interfaceMpp(Visit visit, String family) {
        for (String selector : visit.selectors()) {
            for (String what : List.of(family + ".mpp", "mpp")) {
                String stated = value("interfaces." + selector + "." + what);
                if (!stated.equals("default")) {
                    return stated;
                }
            }
        }
        return "default";
    }
}
