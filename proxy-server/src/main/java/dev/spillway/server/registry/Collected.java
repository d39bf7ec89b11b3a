package dev.spillway.server.registry;

import dev.spillway.server.spelling.Spelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of ours in a file, later ones in place of earlier ones and deletions carried out, as an import would. */
final class Collected implements RegistryText.Reader {
    private static final List<String> OURS = List.of(Key.ENABLE, Key.PORTS, Key.DISABLE);

    /** A machine has some dozens of adapters. */
    private static final int MOST_KEYS = 10_000;

    /** Letters by which a name may differ from one of ours to be taken for a slip. */
    private static final int SLIP = 2;

    private final Map<String, Entry> keys = new LinkedHashMap<>();
    private final Findings problems;
    private final Findings warnings;
    private String path = "";
    private @Nullable Key key;
    private boolean nowhere = true;

    /** The values of one key by the name we have for each. */
    record Entry(Key key, Map<String, Value> values) {}

    /** One value and the line it begins on. */
    record Value(Data data, int line) {}

    Collected(Findings problems, Findings warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    /** All keys with values that are read, in the order of the file. */
    List<Entry> entries() {
        return List.copyOf(keys.values());
    }

    @Override
    public void key(@Nullable String path) {
        this.path = path == null ? "" : path;
        this.nowhere = path == null;
        this.key = Key.of(this.path).orElse(null);
    }

    @Override
    public void deletedKey(String deleted) {
        String root = deleted.toLowerCase(Locale.ROOT);
        keys.keySet().removeIf(each -> each.equals(root) || each.startsWith(root + "\\"));
    }

    @Override
    public boolean wants(String name, int line) {
        if (key != null && known(name, key.read()).isPresent()) {
            return true;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        Optional<String> elsewhere = known(name, OURS);
        if (elsewhere.isPresent()) {
            String where = nowhere ? "no key that could be read" : Finding.shown(path);
            warnings.add(
                    line,
                    "\"" + elsewhere.get() + "\" in " + where + ": left out (expected: in " + home(elsewhere.get())
                            + ")");
        } else if (key != null && (lower.contains("mpp") || slip(lower))) {
            warnings.add(
                    line,
                    "\"" + Finding.shown(name) + "\": left out, not a value of Memory Pressure Protection (expected: "
                            + String.join(" or ", key.ours()) + "; the nearest is " + nearest(lower) + ")");
        }
        return false;
    }

    @Override
    public void value(String name, Data data, int line) {
        Key in = key;
        if (in == null) {
            return;
        }
        String ours = known(name, in.read()).orElseThrow();
        String canonical = path.toLowerCase(Locale.ROOT);
        if (data instanceof Data.Deleted) {
            Entry entry = keys.get(canonical);
            if (entry != null) {
                entry.values().remove(ours);
            }
            return;
        }
        if (keys.size() >= MOST_KEYS && !keys.containsKey(canonical)) {
            problems.add(line, "more than " + MOST_KEYS + " adapters (expected: an export of one machine)");
            return;
        }
        Value before = keys.computeIfAbsent(canonical, each -> new Entry(in, new LinkedHashMap<>()))
                .values()
                .put(ours, new Value(data, line));
        if (before != null && OURS.contains(ours)) {
            warnings.add(line, "\"" + ours + "\" again in the same key: this one counts, not line " + before.line());
        }
    }

    private static Optional<String> known(String name, List<String> names) {
        return names.stream().filter(name::equalsIgnoreCase).findFirst();
    }

    private static boolean slip(String lower) {
        return OURS.stream().anyMatch(ours -> Spelling.distance(lower, ours.toLowerCase(Locale.ROOT)) <= SLIP);
    }

    private static String nearest(String lower) {
        List<String> candidates =
                OURS.stream().map(ours -> ours.toLowerCase(Locale.ROOT)).toList();
        return known(Spelling.nearest(lower, candidates).orElseThrow(), OURS).orElseThrow();
    }

    private static String home(String name) {
        return "...\\Services\\Tcpip\\Parameters" + (name.equals(Key.DISABLE) ? "\\Interfaces\\{GUID}" : "")
                + ", or Tcpip6";
    }
}
