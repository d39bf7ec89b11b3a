package dev.spillway;

import dev.spillway.Reconfiguration.Change;
import dev.spillway.pressure.Signal;
import dev.spillway.transport.HostPort;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Says how two settings differ, key by key. The keys are made from the components of the records, so that none can be
 * forgotten; where a key of the configuration has another name, {@link #NAMES} has it. Of security only how the domain is
 * found is here: the rest is not changed by a reconfiguration.
 */
final class SettingsComparison {
    private static final String NONE = "none";

    private static final Map<String, String> NAMES = Map.of(
            "relay.budget-bytes",
            "memory.budget",
            "relay.not-sent-lowat",
            "relay.notsent-lowat",
            "pressure.injected",
            "pressure.signals.injected.file");

    /** What is in the settings and no key of its own. */
    private static final Set<String> NO_KEYS = Set.of("pressure.asked");

    private static final Set<String> SIZES = Set.of(
            "memory.budget",
            "relay.min-buffer",
            "relay.max-buffer",
            "relay.send-buffer",
            "relay.receive-buffer",
            "relay.initial-receive-buffer",
            "relay.notsent-lowat",
            "relay.splice-chunk",
            "pressure.exempt-budget",
            "pressure.signals.kernel-tcp.limit",
            "pressure.signals.container-tcp.limit");

    private final List<Change> changes = new ArrayList<>();

    private SettingsComparison() {}

    /** What differs, in the order of the settings. */
    static List<Change> between(ProxySettings before, ProxySettings after) {
        SettingsComparison found = new SettingsComparison();
        found.named("listeners", before.listeners(), after.listeners(), each -> each.name());
        found.named("upstreams", before.upstreams(), after.upstreams(), each -> each.name());
        found.records("transport", before.transport(), after.transport());
        found.records("relay", before.relay(), after.relay());
        found.records("limits", before.limits(), after.limits());
        found.records("security.domain", before.domain(), after.domain());
        found.records("pressure", before.pressure(), after.pressure());
        found.records("prune", before.prune(), after.prune());
        found.records("syn-gate", before.synGate(), after.synGate());
        found.values("drain.deadline", before.drainDeadline(), after.drainDeadline());
        return List.copyOf(found.changes);
    }

    private <T extends Record> void named(String prefix, List<T> before, List<T> after, Function<T, String> name) {
        Map<String, T> old = new LinkedHashMap<>();
        before.forEach(each -> old.put(name.apply(each), each));
        for (T each : after) {
            String key = prefix + "." + name.apply(each);
            T same = old.remove(name.apply(each));
            if (same == null) {
                changes.add(new Change(key, NONE, summary(each)));
            } else {
                records(key, same, each);
            }
        }
        old.forEach((gone, each) -> changes.add(new Change(prefix + "." + gone, summary(each), NONE)));
    }

    /** {@code bind 127.0.0.1:80, upstream web, backlog 4096}. */
    private static String summary(Record settings) {
        List<String> parts = new ArrayList<>();
        flatten("", settings).forEach((key, value) -> parts.add(key.substring(1) + " " + text(key, value)));
        parts.remove(0); // The name, which the key says.
        return String.join(", ", parts);
    }

    private void records(String prefix, Record before, Record after) {
        Map<String, Object> old = flatten(prefix, before);
        Map<String, Object> now = flatten(prefix, after);
        now.forEach((key, value) -> values(key, old.getOrDefault(key, NONE), value));
        old.forEach((key, value) -> {
            if (!now.containsKey(key)) {
                values(key, value, NONE);
            }
        });
    }

    private void values(String key, Object before, Object after) {
        if (!before.equals(after)) {
            changes.add(new Change(key, text(key, before), text(key, after)));
        }
    }

    /** Every value in a record, those of records in it too. */
    private static Map<String, Object> flatten(String prefix, Record settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = value(component, settings);
            String key = prefix + "." + kebab(component.getName());
            if (value instanceof Map<?, ?> bySignal) {
                bySignal.forEach(
                        (signal, of) -> putSignal(prefix + ".signals." + ((Signal) signal).label(), of, values));
            } else if (value instanceof Record inside && !(value instanceof HostPort)) {
                values.putAll(flatten(prefix, inside));
            } else if (!NO_KEYS.contains(key)) {
                values.put(NAMES.getOrDefault(key, key), value);
            }
        }
        return values;
    }

    /** A signal's marks or its limit. */
    private static void putSignal(String prefix, Object of, Map<String, Object> values) {
        if (of instanceof Record marks) {
            values.putAll(flatten(prefix, marks));
        } else {
            values.put(prefix + ".limit", of);
        }
    }

    private static Object value(RecordComponent component, Record settings) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(component + " can't be read", impossible);
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String text(String key, Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(inside -> text(key, inside)).orElse(absent(key));
        }
        if (value instanceof Duration duration) {
            return text(duration);
        }
        if (value instanceof Number bytes && SIZES.contains(key)) {
            return size(bytes.longValue());
        }
        return value instanceof Enum<?> word ? word.name().toLowerCase(Locale.ROOT) : String.valueOf(value);
    }

    private static String absent(String key) {
        return key.endsWith("profile") ? "default" : key.endsWith("file") ? NONE : "auto";
    }

    private static String text(Duration time) {
        long millis = time.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static String size(long bytes) {
        long amount = bytes;
        String unit = "";
        for (String larger : List.of("KiB", "MiB", "GiB")) {
            if (amount == 0 || amount % 1024 != 0) {
                break;
            }
            amount /= 1024;
            unit = larger;
        }
        return amount + unit;
    }
}
