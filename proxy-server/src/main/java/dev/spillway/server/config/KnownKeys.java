package dev.spillway.server.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.spillway.server.spelling.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Every key there is, for saying which one was meant. */
final class KnownKeys {
    private final Set<String> keys = new LinkedHashSet<>();

    /** @param defaults every key that has a default, and so nearly every key */
    KnownKeys(ConfigObject defaults) {
        collect(List.of(), defaults);
        keys.add("spillway.admin.token");
        keys.add("spillway.admin.tokens");
    }

    private void collect(List<String> path, ConfigObject block) {
        for (String key : block.keySet()) {
            List<String> below = new ArrayList<>(path);
            below.add(key);
            keys.add(ConfigUtil.joinPath(below));
            ConfigValue value = block.get(key);
            if (value instanceof ConfigObject inner) {
                collect(below, inner);
            }
        }
    }

    /**
     * The key that was probably meant by the unknown {@code name}: one of its {@code siblings} that is spelt alike,
     * else those of other blocks whose last word is, else the most alike of all.
     */
    String nearest(String name, Collection<String> siblings) {
        String word = last(name);
        String sibling = Spelling.nearest(name, siblings).orElse("");
        if (!sibling.isEmpty() && Spelling.near(word, last(sibling))) {
            return sibling;
        }
        List<String> namesakes = keys.stream()
                .filter(key -> Spelling.distance(word, last(key)) <= 1)
                .toList();
        if (!namesakes.isEmpty()) {
            int best = namesakes.stream()
                    .mapToInt(key -> Spelling.distance(name, key))
                    .min()
                    .getAsInt();
            return namesakes.stream()
                    .filter(key -> Spelling.distance(name, key) == best)
                    .sorted()
                    .collect(Collectors.joining(" or "));
        }
        return sibling.isEmpty() ? Spelling.nearest(name, keys).orElse("spillway") : sibling;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
