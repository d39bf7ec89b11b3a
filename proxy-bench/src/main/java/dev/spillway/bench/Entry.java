package dev.spillway.bench;

import dev.spillway.bench.contender.Contender;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A column of the comparison: one proxy, set up for what is measured. A JVM has to be told how much memory to take, so what
 * suits traffic says nothing of how little it can do with; the other proxies are the same all along.
 *
 * @param traffic as it is sent traffic
 * @param startUp as it is started and looked at while at rest
 * @param idle as it holds idle connections; all three have one name
 */
record Entry(Contender traffic, Contender startUp, Contender idle) {
    /** One that is set up in one way for all. */
    static Entry of(Contender contender) {
        return new Entry(contender, contender, contender);
    }

    String name() {
        return traffic.name();
    }

    boolean takes(String id) {
        return traffic.takes(id);
    }

    /** What the reader has to know of all of its set-ups, each said once. */
    String setUp() {
        Set<String> others = new LinkedHashSet<>();
        if (!startUp.setUp().equals(traffic.setUp())) {
            others.add("Start-up: " + startUp.setUp());
        }
        if (!idle.setUp().equals(traffic.setUp())) {
            others.add("Idle connections: " + idle.setUp());
        }
        return others.isEmpty() ? traffic.setUp() : traffic.setUp() + ". " + String.join(". ", others);
    }
}
