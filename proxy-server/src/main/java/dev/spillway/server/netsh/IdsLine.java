package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The words after {@code close}: numbers of connections, with blanks or, as in a list from elsewhere, commas between them. */
public final class IdsLine {
    /** Of one line. */
    public static final int MOST = 1000;

    private IdsLine() {}

    /** The numbers in their order, each once. Whether there are such connections is for the proxy to say. */
    public static Reading<Set<Long>> read(List<String> words) {
        List<Mistake> mistakes = new ArrayList<>();
        Set<Long> ids = new LinkedHashSet<>();
        for (String word : words) {
            for (String id : word.split(",")) {
                if (id.matches("[0-9]{1,18}")) {
                    ids.add(Long.parseLong(id));
                } else if (!id.isBlank()) {
                    mistakes.add(new Mistake(
                            "id: " + Mistake.shown(id), "the number of a connection, as \"show connections\" has it"));
                }
            }
        }
        if (mistakes.isEmpty() && (ids.isEmpty() || ids.size() > MOST)) {
            mistakes.add(new Mistake(
                    "ids: " + (ids.isEmpty() ? "none" : ids.size() + " of them"), "1-" + MOST + " in one command"));
        }
        return mistakes.isEmpty() ? new Reading.Understood<>(ids) : new Reading.Refused<>(mistakes);
    }
}
