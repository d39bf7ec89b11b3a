package dev.spillway.server.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The words a key takes, in the order in which a message lists them. */
final class Words {
    private Words() {}

    static <E> Map<String, E> of(String first, E firstValue, String second, E secondValue) {
        Map<String, E> words = new LinkedHashMap<>();
        words.put(first, firstValue);
        words.put(second, secondValue);
        return words;
    }

    static <E> Map<String, E> of(String first, E firstValue, String second, E secondValue, String third, E thirdValue) {
        Map<String, E> words = of(first, firstValue, second, secondValue);
        words.put(third, thirdValue);
        return words;
    }
}
