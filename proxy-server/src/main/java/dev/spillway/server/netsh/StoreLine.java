package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words after {@code show security} and {@code reset}: {@code [store=]active|persistent}, or none. */
public final class StoreLine {
    private static final Tags TAGS = new Tags(List.of("store"), List.of(), List.of());

    private StoreLine() {}

    /** The store that is named; empty if none is. */
    public static Reading<Optional<Store>> read(List<String> words) {
        List<Mistake> mistakes = new ArrayList<>();
        Values values = new Values(TAGS.bind(words, mistakes), mistakes);
        Optional<Store> store = values.word("store", Store.WORDS).map(Store::of);
        return mistakes.isEmpty() ? new Reading.Understood<>(store) : new Reading.Refused<>(mistakes);
    }
}
