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
    private static final String RATE_LIMIT = "connection-rate-limit.enabled";
    private static final Map<String, String> LABELS = labels();
    /** As wide as the original's screen is thought to be; a longer key makes it wider. */
    private static final int LABEL = 34;

    private static final int VALUE = 22;
    private static final int RULE = 46;

    private final Node body;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Node> settings = new LinkedHashMap<>();
    private final int labelWidth;

    private SecurityScreen(Node body) {
        this.body = body;
        body.nodes("settings").stream()
                .filter(SecurityScreen::worthARow)
                .forEach(each -> each.text("key").ifPresent(key -> settings.put(key, each)));
        this.labelWidth = settings.keySet().stream()
                .filter(key -> !LABELS.containsKey(key))
                .mapToInt(key -> key.length() + 1)
                .reduce(LABEL, Math::max);
    }

    /** What nobody has set is shown only if it has a label of its own; --json has the rest. */
    private static boolean worthARow(Node setting) {
        return LABELS.containsKey(setting.orDash("key"))
                || setting.node("origin").text("kind").filter("default"::equals).isEmpty();
    }

    private static Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("mpp", "Memory Pressure Protection");
        labels.put("profiles", "Profiles");
        labels.put(RATE_LIMIT, "Connection Rate Limit");
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
        settings();
        row("Generation", body.orDash("generation"), "");
        persistence();
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
        String colon = label.isEmpty() ? "  " : ": ";
        lines.add((padded(label, labelWidth) + colon + padded(value, VALUE) + "  " + origin).stripTrailing());
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private void persistence() {
        Node persistence = body.node("persistence");
        if (persistence.has("path")) {
            row("Settings kept in", persistence.orDash("path") + ", " + persistence.orDash("state"), "");
            persistence.text("problem").ifPresent(problem -> row("", "problem: " + problem, ""));
        }
    }

    private void ports() {
        Table table = new Table("Start Port", "Number of Ports", "MPP", "For", "Origin");
        for (Node range : body.nodes("ports")) {
            List<Node> parts = range.nodes("parts");
            boolean whole = parts.size() == 1 && same(range, parts.get(0));
            String origin = parts.size() == 1 ? OriginText.of(parts.get(0).node("origin")) : parts.size() + " parts";
            table.row(range.orDash("first"), range.orDash("count"), "disabled", family(range), origin);
            if (!whole) {
                parts.forEach(part -> table.row(
                        "",
                        "",
                        "",
                        "",
                        "  " + ends(part) + " of " + part.orDash("asked") + ", " + OriginText.of(part.node("origin"))));
            }
        }
        for (Node range : body.nodes("portsTakenAway")) {
            table.row(
                    range.orDash("first"),
                    Long.toString(range.number("last") - range.number("first") + 1),
                    "enabled",
                    family(range),
                    OriginText.of(range.node("origin")) + ", in place of disabled ("
                            + OriginText.of(range.node("overridden")) + ")");
        }
        if (!table.hasRows()) {
            table.row("-", "-", "-", "-", "no port is exempt");
        }
        table(table);
    }

    /** Whether the part is the whole range and was asked for in just that form. */
    private static boolean same(Node range, Node part) {
        String asked = part.orDash("asked").replaceAll("\\s", "");
        return ends(part).equals(ends(range))
                && (asked.equals(ends(part)) || asked.equals(part.orDash("first") + "-" + part.orDash("last")));
    }

    private static String ends(Node range) {
        String first = range.orDash("first");
        String last = range.orDash("last");
        return first.equals(last) ? first : first + "-" + last;
    }

    private static String family(Node range) {
        return switch (range.orDash("list")) {
            case "port-exemptions" -> "IPv4, IPv6";
            case "ipv4.excluded-ports" -> "IPv4";
            case "ipv6.excluded-ports" -> "IPv6";
            default -> range.orDash("list");
        };
    }

    private Table interfaces() {
        Table table = new Table("Interface", "Address", "Family", "Profile", "MPP", "Profile found by");
        body.nodes("interfaces")
                .forEach(each -> table.row(
                        each.orDash("name"),
                        each.orDash("address"),
                        each.orDash("family"),
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
        return verdict.orDash("local")
                + at
                + verdict.text("family").map(family -> " " + family).orElse("");
    }

    private void table(Table table) {
        if (table.hasRows()) {
            lines.add("");
            lines.addAll(table.lines());
        }
    }
}
