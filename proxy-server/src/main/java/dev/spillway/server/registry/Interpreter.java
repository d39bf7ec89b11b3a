package dev.spillway.server.registry;

import dev.spillway.security.PortRange;
import dev.spillway.server.netsh.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes out what collected values mean; what does not fit is told. */
final class Interpreter {
    private static final String UNSET_ADDRESS = "0.0.0.0";

    private final Findings problems;
    private final Findings warnings;

    Interpreter(Findings problems, Findings warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    RegistryValues interpret(List<Collected.Entry> entries) {
        String set = controlSet(entries);
        Map<String, RegistryValues.Family> families = new LinkedHashMap<>();
        List<RegistryValues.Adapter> adapters = new ArrayList<>();
        for (String family : List.of("ipv4", "ipv6")) {
            for (Collected.Entry entry : entries) {
                Key key = entry.key();
                if (!key.controlSet().equals(set) || !key.family().equals(family)) {
                    continue;
                }
                if (key.adapter().isEmpty()) {
                    family(entry).ifPresent(values -> families.put(family, values));
                } else {
                    adapter(entry).ifPresent(adapters::add);
                }
            }
        }
        return new RegistryValues(set, families, adapters);
    }

    /** The running one, or else the only one; which of several copies was in force the file does not say. */
    private String controlSet(List<Collected.Entry> entries) {
        Set<String> sets = entries.stream()
                .filter(Interpreter::hasOurs)
                .map(entry -> entry.key().controlSet())
                .collect(Collectors.toCollection(TreeSet::new));
        if (sets.contains(Key.CURRENT) || sets.size() < 2) {
            if (sets.size() > 1) {
                warnings.add(0, "values of CurrentControlSet are taken; those of other control sets are left out");
            }
            return sets.contains(Key.CURRENT) || sets.isEmpty()
                    ? Key.CURRENT
                    : sets.iterator().next();
        }
        problems.add(
                0,
                "values in " + String.join(" and ", sets)
                        + " (expected: CurrentControlSet, or one control set; the file does not say which was running)");
        return Key.CURRENT;
    }

    private static boolean hasOurs(Collected.Entry entry) {
        return entry.key().ours().stream().anyMatch(entry.values()::containsKey);
    }

    private Optional<RegistryValues.Family> family(Collected.Entry entry) {
        if (!hasOurs(entry)) {
            return Optional.empty();
        }
        Optional<Boolean> enabled = flag(entry, Key.ENABLE);
        Collected.Value ports = entry.values().get(Key.PORTS);
        return Optional.of(new RegistryValues.Family(enabled, ports == null ? List.of() : ranges(ports)));
    }

    private Optional<Boolean> flag(Collected.Entry entry, String name) {
        Collected.Value value = entry.values().get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value.data() instanceof Data.Number number && number.value() <= 1) {
            return Optional.of(number.value() == 1);
        }
        problems.add(value.line(), name + "=" + shown(value.data()) + " (expected: dword:00000000 or dword:00000001)");
        return Optional.empty();
    }

    /** A list as the original has it, one range each; other separators are what people write into a plain text. */
    private List<PortRange> ranges(Collected.Value value) {
        if (!(value.data() instanceof Data.Text text)) {
            problems.add(
                    value.line(),
                    Key.PORTS + "=" + shown(value.data())
                            + " (expected: hex(7): with a list of xxxx-yyyy, or such a text)");
            return List.of();
        }
        List<PortRange> ranges = new ArrayList<>();
        for (String part : text.text().replaceAll("\\s*-\\s*", "-").split("[\\s,;]+")) {
            if (part.isEmpty()) {
                continue;
            }
            try {
                ranges.add(PortRange.parse(part));
                if (part.indexOf('-') < 0) {
                    warnings.add(value.line(), Key.PORTS + ": " + part + " is read as " + part + "-" + part);
                }
            } catch (IllegalArgumentException malformed) {
                problems.add(
                        value.line(),
                        Key.PORTS + ": \"" + Finding.shown(part)
                                + "\" (expected: xxxx-yyyy, the lower port first, in 0-65535)");
            }
        }
        return List.copyOf(ranges);
    }

    private Optional<RegistryValues.Adapter> adapter(Collected.Entry entry) {
        Collected.Value value = entry.values().get(Key.DISABLE);
        Optional<Boolean> disabled = flag(entry, Key.DISABLE);
        if (value == null || disabled.isEmpty()) {
            return Optional.empty();
        }
        List<String> addresses = new ArrayList<>();
        for (String name : List.of(Key.ADDRESS, Key.DHCP_ADDRESS)) {
            Collected.Value given = entry.values().get(name);
            if (addresses.isEmpty() && given != null && given.data() instanceof Data.Text text) {
                text.text()
                        .lines()
                        .map(String::strip)
                        .filter(address -> Selector.v4(address) && !address.equals(UNSET_ADDRESS))
                        .distinct()
                        .forEach(addresses::add);
            }
        }
        return Optional.of(new RegistryValues.Adapter(
                entry.key().adapter(), entry.key().family(), disabled.get(), List.copyOf(addresses), value.line()));
    }

    private static String shown(Data data) {
        if (data instanceof Data.Number number) {
            return String.format("dword:%08x", number.value());
        }
        if (data instanceof Data.Text text) {
            return "\"" + Finding.shown(text.text()) + "\"";
        }
        return data instanceof Data.Other other ? other.shown() : "-";
    }
}
