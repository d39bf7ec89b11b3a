package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.security.Place;
import dev.spillway.security.PortRange;
import dev.spillway.server.events.SettingChange;
import dev.spillway.server.spelling.Spelling;
import dev.spillway.server.store.Change.Assignment;
import dev.spillway.server.store.Change.Reset;
import dev.spillway.server.store.Change.Reset.Group;
import dev.spillway.server.store.Origin;
import dev.spillway.server.store.Outcome;
import dev.spillway.server.store.PortList;
import dev.spillway.server.store.SettingKey;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.server.store.Tier;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What may be changed of the security settings. On the thread of {@link Changes}. */
final class SecurityChanges {
    private static final int MOST_RANGES = 4096;
    private static final String EXPECTED = " (expected: ";
    private static final String[] TOGGLES = {"enabled", "disabled", "default"};

    private final ProxyView proxy;
    private final SettingsStore store;

    SecurityChanges(ProxyView proxy, SettingsStore store) {
        this.proxy = proxy;
        this.store = store;
    }

    /** What was changed. */
    record Made(long generation, List<SettingChange> changes, List<String> notes, boolean dryRun) {}

    /** What is told of a change that was asked for on the ground of other settings. */
    record Stale(String error, String expected, long generation) {}

    /** {@code PATCH /api/v1/security}. */
    Answer set(ChangeRequest request) throws BadRequest {
        Fields body = Fields.of(request.body());
        Tier tier = tier(body);
        boolean dryRun = body.flag("dryRun");
        Origin.Kind kind =
                switch (body.word("origin", "command", "api", "registry-import").orElse("api")) {
                    case "command" -> Origin.Kind.COMMAND;
                    case "registry-import" -> Origin.Kind.REGISTRY_IMPORT;
                    default -> Origin.Kind.API;
                };
        TreeMap<SettingKey, String> values = values(body);
        List<Assignment.Ports> ports = ports(body);
        body.end();
        return made(request, new Assignment(tier, values, ports), kind, dryRun);
    }

    /** {@code POST /api/v1/security/reset}. */
    Answer reset(ChangeRequest request) throws BadRequest {
        Fields body = Fields.of(request.body());
        Tier tier = tier(body);
        String[] labels = Arrays.stream(Group.values()).map(Group::label).toArray(String[]::new);
        Set<String> only = body.words("only", labels);
        boolean keepRateLimit = body.flag("keepRateLimit");
        boolean dryRun = body.flag("dryRun");
        boolean toFile = body.flag("toFile");
        if (keepRateLimit && only.contains(Group.RATE_LIMIT.label())) {
            body.report("keepRateLimit", "false where only has rate-limit");
        }
        body.end();
        EnumSet<Group> groups = EnumSet.noneOf(Group.class);
        for (Group group : Group.values()) {
            boolean asked = only.isEmpty() || only.contains(group.label());
            if (asked && !(keepRateLimit && group == Group.RATE_LIMIT)) {
                groups.add(group);
            }
        }
        return made(request, new Reset(tier, groups, toFile), Origin.Kind.RESET, dryRun);
    }

    private static Tier tier(Fields body) {
        return body.word("store", Tier.PERSISTENT.label(), Tier.ACTIVE.label())
                        .orElse(Tier.PERSISTENT.label())
                        .equals(Tier.ACTIVE.label())
                ? Tier.ACTIVE
                : Tier.PERSISTENT;
    }

    private static TreeMap<SettingKey, String> values(Fields body) {
        TreeMap<SettingKey, String> values = new TreeMap<>();
        for (Map.Entry<String, String> entry : body.texts("set").entrySet()) {
            String shown = "set." + entry.getKey();
            try {
                Optional<SettingKey> key = SettingKey.find(entry.getKey());
                if (key.isEmpty()) {
                    body.problem(shown + ": unknown", "a key of GET /api/v1/security" + nearest(entry.getKey()));
                } else if (key.get().kind() == SettingKey.Kind.ROLE) {
                    body.problem(shown + ": is set in the file alone", "a change of security.role and a reload");
                } else if (values.put(key.get(), key.get().canonical(entry.getValue())) != null) {
                    body.problem(shown + ": said twice", "each key once");
                }
            } catch (IllegalArgumentException unfit) {
                body.problem(shown + ": " + entry.getValue(), String.valueOf(unfit.getMessage()));
            }
        }
        return values;
    }

    private static String nearest(String key) {
        List<String> names = SettingKey.always().stream().map(SettingKey::name).toList();
        return Spelling.nearest(key, names)
                .map(nearest -> "; the nearest is " + nearest)
                .orElse("");
    }

    private static List<Assignment.Ports> ports(Fields body) {
        List<Fields> ranges = body.objects("ports");
        if (ranges.size() > MOST_RANGES) {
            body.problem("ports: " + ranges.size() + " ranges", "at most " + MOST_RANGES + " in one change");
        }
        List<Assignment.Ports> ports = new ArrayList<>();
        for (Fields range : ranges) {
            Optional<PortList> list = range.word(
                            "list",
                            Arrays.stream(PortList.values()).map(PortList::key).toArray(String[]::new))
                    .or(() -> Optional.of(PortList.EXEMPTIONS.key()))
                    .flatMap(PortList::of);
            OptionalInt first = range.whole("first", 0, PortRange.MAX_PORT);
            OptionalInt last = range.whole("last", 0, PortRange.MAX_PORT);
            Optional<String> mpp = range.word("mpp", TOGGLES);
            for (String needed : List.of("first", "last", "mpp")) {
                range.need(needed, needed.equals("mpp") ? "enabled, disabled or default" : "a port, 0-65535");
            }
            if (first.isPresent() && last.isPresent() && first.getAsInt() > last.getAsInt()) {
                range.report("first", "a port not above last, " + last.getAsInt());
            } else if (first.isPresent() && last.isPresent() && mpp.isPresent() && list.isPresent()) {
                PortRange span = new PortRange(first.getAsInt(), last.getAsInt());
                ports.add(new Assignment.Ports(list.get(), span, mpp.get().equals("disabled")));
            }
        }
        return ports;
    }

    /** A rule for a name that no interface has protects nothing, which a slip of the keyboard should not hide. */
    private List<String> absent(dev.spillway.server.store.Change change) {
        if (!(change instanceof Assignment assignment)) {
            return List.of();
        }
        Set<String> names =
                proxy.network().places().stream().map(Place::interfaceName).collect(Collectors.toSet());
        return assignment.values().keySet().stream()
                .flatMap(key -> key.interfaceName().stream())
                .distinct()
                .filter(name -> !names.contains(name))
                .map(name -> "there is no interface " + name + " now; those there are: "
                        + String.join(", ", new TreeSet<>(names)))
                .toList();
    }

    /** Each with its key, old and new. */
    static List<SettingChange> changes(List<Outcome.ChangedValue> changes) {
        return changes.stream()
                .map(change -> new SettingChange(change.key(), change.before(), change.after()))
                .toList();
    }

    private Answer made(
            ChangeRequest request, dev.spillway.server.store.Change change, Origin.Kind kind, boolean dryRun)
            throws BadRequest {
        Outcome outcome = store.change(
                change,
                Precondition.generation(request.ifMatch(), store.run()),
                kind,
                request.principal().text(),
                dryRun);
        if (outcome instanceof Outcome.Applied applied) {
            List<String> notes = new ArrayList<>(applied.notes());
            notes.addAll(absent(change));
            return Answer.json(new Made(applied.generation(), changes(applied.changes()), notes, dryRun))
                    .withETag(Precondition.tag(applied.generation(), store.run()));
        }
        if (outcome instanceof Outcome.Stale stale) {
            return Answer.json(
                            HttpResponseStatus.PRECONDITION_FAILED,
                            new Stale(
                                    "If-Match: " + request.ifMatch().orElse(""),
                                    "the generation in force, \"" + stale.generation()
                                            + "\": somebody has changed the settings since; nothing was changed now",
                                    stale.generation()))
                    .withETag(Precondition.tag(stale.generation(), store.run()));
        }
        if (outcome instanceof Outcome.Refused refused) {
            throw BadRequest.of(
                    refused.problems().stream().map(SecurityChanges::told).toList());
        }
        Answer.Problem unwritable = told(((Outcome.Unwritable) outcome).problem());
        return Answer.problem(
                HttpResponseStatus.INSUFFICIENT_STORAGE,
                unwritable.error(),
                unwritable.expected() + "; nothing was changed");
    }

    /** A problem as the store tells it, which says what was expected in brackets at its end. */
    private static Answer.Problem told(String problem) {
        int expected = problem.lastIndexOf(EXPECTED);
        return new Answer.Problem(
                problem.substring(0, expected), problem.substring(expected + EXPECTED.length(), problem.length() - 1));
    }
}
