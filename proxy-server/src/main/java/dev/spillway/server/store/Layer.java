package dev.spillway.server.store;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one source asks for: some values, some marks of ports; of all else it says nothing. Immutable.
 *
 * @param values by key, each in its canonical form
 * @param ports by list; every list is there
 */
public record Layer(SortedMap<SettingKey, Asked> values, Map<PortList, PortMarks> ports) {
    /** Says nothing. */
    public static final Layer EMPTY = new Layer(new TreeMap<>(), Map.of());

    public Layer {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        Map<PortList, PortMarks> all = new EnumMap<>(PortList.class);
        for (PortList list : PortList.values()) {
            all.put(list, ports.getOrDefault(list, PortMarks.NONE));
        }
        ports = Collections.unmodifiableMap(all);
    }

    /** The same with a value. */
    public Layer with(SettingKey key, Asked asked) {
        SortedMap<SettingKey, Asked> next = new TreeMap<>(values);
        next.put(key, asked);
        return new Layer(next, ports);
    }

    /** The same without a word on {@code key}. */
    public Layer without(SettingKey key) {
        SortedMap<SettingKey, Asked> next = new TreeMap<>(values);
        next.remove(key);
        return new Layer(next, ports);
    }

    /** The same with other marks in a list. */
    public Layer with(PortList list, PortMarks marks) {
        Map<PortList, PortMarks> next = new EnumMap<>(ports);
        next.put(list, marks);
        return new Layer(values, next);
    }

    /** What it says of the ports of a list. */
    public PortMarks marks(PortList list) {
        return ports.getOrDefault(list, PortMarks.NONE);
    }

    /** The same, where what {@code before} said already keeps who said it first: to say it again is no change. */
    Layer keeping(Layer before) {
        SortedMap<SettingKey, Asked> said = new TreeMap<>(values);
        said.replaceAll((key, asked) -> {
            Asked first = before.values.get(key);
            return first != null && first.value().equals(asked.value()) ? first : asked;
        });
        Map<PortList, PortMarks> marks = new EnumMap<>(ports);
        marks.replaceAll((list, own) -> own.agrees(before.marks(list)) ? before.marks(list) : own);
        return new Layer(said, marks);
    }

    /** Whether it says nothing at all. */
    public boolean isEmpty() {
        return values.isEmpty() && ports.values().stream().allMatch(PortMarks.NONE::equals);
    }
}
