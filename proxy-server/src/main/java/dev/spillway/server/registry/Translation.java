package dev.spillway.server.registry;

import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.server.netsh.SecurityChange;
import dev.spillway.server.netsh.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The values in our own terms. An adapter's GUID means nothing here, so each has to be given a name, or its IPv4 address
 * stands for it; an adapter with neither is kept as a comment that says so.
 */
public final class Translation {
    /** What the original looked at of a list of ports; further ones it ignored (S20). */
    private static final int RANGES_OF_THE_ORIGINAL = 12;

    private final RegistryValues values;
    private final Map<String, Map<String, String>> interfaces = new LinkedHashMap<>();
    private final List<RegistryValues.Adapter> nameless = new ArrayList<>();

    /** @param names an interface's name, address or CIDR by GUID in upper case, in braces */
    public Translation(RegistryValues values, Map<String, String> names) {
        this.values = values;
        for (RegistryValues.Adapter adapter : values.adapters()) {
            String name = names.get(adapter.guid());
            boolean byAddress = name == null && adapter.family().equals("ipv4");
            List<String> selectors = name != null ? List.of(name) : byAddress ? adapter.addresses() : List.of();
            selectors.forEach(selector -> interfaces
                    .computeIfAbsent(selector, each -> new LinkedHashMap<>())
                    .merge(
                            adapter.family(),
                            word(!adapter.disabled()),
                            (one, other) -> one.equals("disabled") ? one : other));
            if (selectors.isEmpty()) {
                nameless.add(adapter);
            }
        }
    }

    /** A GUID in the form in which {@link RegistryValues.Adapter#guid} has it: upper case, in braces. */
    public static String guid(String typed) {
        String bare = typed.replaceAll("^\\{|}$", "");
        return "{" + bare.toUpperCase(Locale.ROOT) + "}";
    }

    /** Adapters with a switch of which it can't be said which interface they are. */
    public List<RegistryValues.Adapter> nameless() {
        return List.copyOf(nameless);
    }

    /** The same as a change to settings that are in force. */
    public SecurityChange change(Store store) {
        Map<String, String> set = new LinkedHashMap<>();
        List<SecurityChange.Ports> ports = new ArrayList<>();
        values.families().forEach((family, of) -> {
            of.enabled().ifPresent(enabled -> set.put(family + ".mpp", word(enabled)));
            PortSet.of(of.excluded())
                    .ranges()
                    .forEach(range ->
                            ports.add(new SecurityChange.Ports(family + ".excluded-ports", range, "disabled")));
        });
        interfaces.forEach((selector, families) ->
                families.forEach((family, mpp) -> set.put("interfaces." + selector + "." + family + ".mpp", mpp)));
        return new SecurityChange(store, set, ports);
    }

    /** The same as a block of the configuration file. */
    public List<String> hocon() {
        List<String> lines = new ArrayList<>(List.of("spillway {", "  security {"));
        values.families().forEach((family, of) -> family(family, of, lines));
        if (!interfaces.isEmpty() || !nameless.isEmpty()) {
            lines.add("    interfaces {");
            interfaces.forEach((selector, families) -> {
                lines.add("      " + quoted(selector) + " {");
                families.forEach((family, mpp) -> lines.add("        " + family + ".mpp = " + mpp));
                lines.add("      }");
            });
            nameless.forEach(adapter -> comment(adapter, lines));
            lines.add("    }");
        }
        lines.addAll(List.of("  }", "}"));
        return lines;
    }

    private static void family(String family, RegistryValues.Family of, List<String> lines) {
        lines.add("    " + family + " {");
        of.enabled().ifPresent(enabled -> lines.add("      mpp = " + word(enabled)));
        List<PortRange> ranges = of.excluded();
        if (ranges.size() > RANGES_OF_THE_ORIGINAL) {
            lines.add("      # " + ranges.size() + " ranges; the original heeded the first " + RANGES_OF_THE_ORIGINAL
                    + " of them, here all of them count");
        }
        if (!ranges.isEmpty()) {
            lines.add("      excluded-ports = ["
                    + ranges.stream()
                            .map(range -> "\"" + range.first() + "-" + range.last() + "\"")
                            .collect(Collectors.joining(", "))
                    + "]");
        }
        lines.add("    }");
    }

    private static void comment(RegistryValues.Adapter adapter, List<String> lines) {
        String guid = Finding.shown(adapter.guid());
        lines.add("      # Line " + adapter.line() + ": which interface here was " + guid + " there? Say it with");
        lines.add("      # --interface \"" + guid + "=eth0\", or put its name, address or CIDR in below.");
        lines.add("      # \"" + guid + "\" { " + adapter.family() + ".mpp = " + word(!adapter.disabled()) + " }");
    }

    private static String word(boolean enabled) {
        return enabled ? "enabled" : "disabled";
    }

    private static String quoted(String selector) {
        return "\"" + selector.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
