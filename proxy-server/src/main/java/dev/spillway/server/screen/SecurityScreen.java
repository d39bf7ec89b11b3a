package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code show security}: the original's title, rule and labels first, then what it does not have. Each value is shown as
 * it works, and beside that as it was asked for where that differs (S14).
 */
public final class SecurityScreen {
    private static final String RATE_LIMIT = "connection-rate-limit.";
    private static final String RATE_LIMIT_ON = RATE_LIMIT + "enabled";
    private static final Map<String, String> LABELS = labels();
    /** As wide as the original's screen is thought to be; what is longer makes it wider. */
    private static final int LABEL = 34;

    private static final int VALUE = 22;
    private static final int RULE = 46;

    /** A label, a value and where it comes from; any may be empty. */
    private record Row(String label, String value, String origin) {}

    private final Node body;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Node> settings = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();

    private SecurityScreen(Node body) {
        this.body = body;
        boolean limited = body.nodes("settings").stream()
                .anyMatch(each -> each.orDash("key").equals(RATE_LIMIT_ON)
                        && each.orDash("effective").equals("enabled"));
        body.nodes("settings").stream()
                .filter(each -> worthARow(each, limited))
                .forEach(each -> each.text("key").ifPresent(key -> settings.put(key, each)));
    }

    /** What nobody has set is shown only if it has a label of its own and says something; --json has the rest. */
    private static boolean worthARow(Node setting, boolean limited) {
        String key = setting.orDash("key");
        if (key.startsWith(RATE_LIMIT) && !key.equals(RATE_LIMIT_ON)) {
            return limited || !setting.orDash("asked").equals("0");
        }
        return LABELS.containsKey(key)
                || setting.node("origin").text("kind").filter("default"::equals).isEmpty();
    }

    private static Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("mpp", "Memory Pressure Protection");
        labels.put("profiles", "Profiles");
        labels.put(RATE_LIMIT_ON, "Connection Rate Limit");
        labels.put(RATE_LIMIT + "per-listener.rate", "  New a Second per Listener");
        labels.put(RATE_LIMIT + "per-listener.burst", "  At Once per Listener (burst)");
        labels.put(RATE_LIMIT + "per-listener.half-open", "  Half-Open per Listener");
        labels.put(RATE_LIMIT + "per-listener.connections", "  Connections per Listener");
        labels.put(RATE_LIMIT + "per-source.rate", "  New a Second per Source");
        labels.put(RATE_LIMIT + "per-source.burst", "  At Once per Source (burst)");
        labels.put(RATE_LIMIT + "per-source.half-open", "  Half-Open per Source");
        labels.put(RATE_LIMIT + "per-source.connections", "  Connections per Source");
        labels.put("mpp-dry-run", "MPP Dry Run");
        labels.put("role", "Role");
        labels.put("ipv4.mpp", "MPP for IPv4");
        labels.put("ipv6.mpp", "MPP for IPv6");
        return labels;
    }

    /** The screen for a body of {@code /api/v1/security}. */
    public static List<String> lines(Node body) {
        return new SecurityScreen(body).lines();
    }

    private List<String> lines() {
        boolean persistent = body.text("store").filter("persistent"::equals).isPresent();
        lines.add("TCP Security Parameters" + (persistent ? " (persistent: after a restart)" : ""));
        lines.add("-".repeat(RULE));
        if (body.flag("dryRun")) {
            // First, for whoever wonders why nobody is closed.
            lines.add("DRY RUN: MPP records whom it would close or refuse, and touches nobody");
        }
        settings();
        row("Generation", body.orDash("generation"), "");
        synGate();
        persistence();
        align();
        ports();
        table(interfaces());
        table(listeners());
        return List.copyOf(lines);
    }

    private void settings() {
        LABELS.forEach((key, label) -> {
            Node setting = settings.get(key);
            if (setting != null) {
                setting(label, setting);
            } else if (body.has(key)) {
                String effective = body.text(key + "Effective").orElse(body.orDash(key));
                row(label, value(body.orDash(key), effective), "");
            }
        });
        settings.forEach((key, setting) -> {
            if (!LABELS.containsKey(key)) {
                setting(key, setting);
            }
        });
    }

    private void setting(String label, Node setting) {
        String asked = setting.orDash("asked");
        String effective = setting.text("effective").orElse(asked);
        row(label, value(asked, effective), OriginText.of(setting.node("origin")));
        setting.nodes("overridden")
                .forEach(each -> row(
                        "",
                        "",
                        "in place of " + each.orDash("asked") + " (" + OriginText.of(each.node("origin")) + ")"));
    }

    private static String value(String asked, String effective) {
        if (asked.equals(effective)) {
            return asked;
        }
        return effective + (asked.equals("default") ? " (default)" : " (asked: " + asked + ")");
    }

    private void row(String label, String value, String origin) {
        rows.add(new Row(label, value, origin));
    }

    private void align() {
        int labels = rows.stream().mapToInt(each -> each.label().length() + 1).reduce(LABEL, Math::max);
        int values = rows.stream()
                .filter(each -> !each.origin().isEmpty())
                .mapToInt(each -> each.value().length())
                .reduce(VALUE, Math::max);
        rows.forEach(each -> lines.add((padded(each.label(), labels)
                        + (each.label().isEmpty() ? "  " : ": ")
                        + padded(each.value(), values)
                        + "  "
                        + each.origin())
                .stripTrailing()));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** Which it is and why; what it keeps out only while it does, and what went wrong only if something did. */
    private void synGate() {
        Node gate = body.node("synGate");
        if (!gate.has("kind")) {
            return;
        }
        row("SYN Gate", gate.orDash("kind"), gate.orDash("reason"));
        if (!gate.orDash("dropRate").equals("0.0") || gate.number("prefixes") > 0) {
            row(
                    "  Keeps Out Now",
                    gate.orDash("dropRate"),
                    "and " + gate.orDash("prefixes") + " source prefixes wholly; " + gate.orDash("programs")
                            + " sockets have a program");
        }
        whereNotNone(gate, "prefixesLetIn", "  Prefixes Without Room", "let in: a program has 4096 instructions");
        whereNotNone(gate, "dropped", "  SYNs Dropped", "so far, those sent again included");
        whereNotNone(gate, "openings", "  Opened by Watchdog", "times, for the controller was not heard of");
        whereNotNone(gate, "failures", "  Programs Refused", "by the kernel; the accept gate acts there");
    }

    private void whereNotNone(Node gate, String field, String label, String meaning) {
        if (gate.number(field) > 0) {
            row(label, gate.orDash(field), meaning);
        }
    }

    private void persistence() {
        Node persistence = body.node("persistence");
        if (persistence.has("path")) {
            String state = persistence.orDash("state").replace("absent", "not written yet");
            row("Settings kept in", persistence.orDash("path") + ", " + state, "");
            persistence.text("problem").ifPresent(problem -> row("", "problem: " + problem, ""));
        }
    }

    private void ports() {
        Table table = new Table("Start Port", "Number of Ports", "MPP", "For", "Origin");
        for (Node range : body.nodes("ports")) {
            List<Node> parts = range.nodes("parts");
            String origin = parts.size() == 1 ? origin(parts.get(0)) : parts.size() + " parts";
            table.row(range.orDash("first"), range.orDash("count"), "disabled", families(range), origin);
            if (parts.size() > 1) {
                parts.forEach(part -> table.row("", "", "", "", "  " + ends(part) + ": " + origin(part)));
            }
        }
        for (Node range : body.nodes("portsTakenAway")) {
            table.row(
                    range.orDash("first"),
                    Long.toString(range.number("last") - range.number("first") + 1),
                    "enabled",
                    families(range),
                    OriginText.of(range.node("origin")) + ", in place of disabled ("
                            + OriginText.of(range.node("overridden")) + ")");
        }
        if (!table.hasRows()) {
            table.row("-", "-", "-", "-", "no port is exempt");
        }
        table(table);
    }

    /** Where a part of a range comes from, and of what it is a part if it was asked for in another form. */
    private static String origin(Node part) {
        String asked = part.orDash("asked").replaceAll("\\s", "");
        boolean same = asked.equals(ends(part)) || asked.equals(part.orDash("first") + "-" + part.orDash("last"));
        return (same ? "" : "part of " + asked + ", ") + OriginText.of(part.node("origin"));
    }

    private static String ends(Node range) {
        String first = range.orDash("first");
        String last = range.orDash("last");
        return first.equals(last) ? first : first + "-" + last;
    }

    private static String families(Node range) {
        return switch (range.orDash("list")) {
            case "port-exemptions" -> "IPv4, IPv6";
            case "ipv4.excluded-ports" -> "IPv4";
            case "ipv6.excluded-ports" -> "IPv6";
            default -> range.orDash("list");
        };
    }

    private static String family(Node of) {
        return of.orDash("family").replace("ipv", "IPv");
    }

    private Table interfaces() {
        Table table = new Table("Interface", "Address", "Family", "Profile", "MPP", "Profile found by");
        body.nodes("interfaces")
                .forEach(each -> table.row(
                        each.orDash("name"),
                        each.orDash("address"),
                        family(each),
                        each.orDash("profile"),
                        each.orDash("mpp"),
                        each.orDash("found")));
        return table;
    }

    /** One line for each local address of a listener; what is the same for all of them is said on the first. */
    private Table listeners() {
        Table table = new Table("Listener", "Bound", "Gate", "Local Address", "Profile", "Verdict");
        for (Node listener : body.nodes("listeners")) {
            String[] head = {listener.orDash("name"), listener.orDash("bound"), listener.orDash("gate")};
            List<Node> verdicts = listener.nodes("verdicts");
            if (verdicts.isEmpty()) {
                table.row(head[0], head[1], head[2], "-", "-", "-");
            }
            boolean first = true;
            for (Node verdict : verdicts) {
                table.row(
                        first ? head[0] : "",
                        first ? head[1] : "",
                        first ? head[2] : "",
                        local(verdict),
                        verdict.orDash("profile"),
                        verdict.orDash("standing"));
                first = false;
            }
        }
        return table;
    }

    /** A wildcard or an address that several families use is judged for each of them. */
    private static String local(Node verdict) {
        String at = verdict.text("interfaceName")
                .filter(name -> !name.isEmpty())
                .map(name -> " (" + name + ")")
                .orElse("");
        return verdict.orDash("local") + at + (verdict.has("family") ? ", " + family(verdict) : "");
    }

    private void table(Table table) {
        if (table.hasRows()) {
            lines.add("");
            lines.addAll(table.lines());
        }
    }
}
