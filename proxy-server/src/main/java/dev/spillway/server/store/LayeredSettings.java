package dev.spillway.server.store;

import dev.spillway.security.Allowance;
import dev.spillway.security.ConnectionRateLimit;
import dev.spillway.security.FamilySettings;
import dev.spillway.security.InterfaceRule;
import dev.spillway.security.InterfaceRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The three layers, and what comes of them: for each value, and for each port, the word of the strongest layer that has one.
 * Immutable.
 *
 * @param file what the operator's file says
 * @param persistent what the store says; goes before the file
 * @param active what was asked for until the next start; goes before both
 */
public record LayeredSettings(Layer file, Layer persistent, Layer active) {
    /** A word, and which layer's it is. */
    public record Word(Tier tier, Asked asked) {}

    /** What would be there after a restart. */
    public LayeredSettings restarted() {
        return new LayeredSettings(file, persistent, Layer.EMPTY);
    }

    /** The layers below {@code tier} alone. */
    public LayeredSettings below(Tier tier) {
        return switch (tier) {
            case NONE, FILE -> new LayeredSettings(Layer.EMPTY, Layer.EMPTY, Layer.EMPTY);
            case PERSISTENT -> new LayeredSettings(file, Layer.EMPTY, Layer.EMPTY);
            case ACTIVE -> restarted();
        };
    }

    /** The layer of a tier; of NONE the empty one. */
    Layer layer(Tier tier) {
        return switch (tier) {
            case NONE -> Layer.EMPTY;
            case FILE -> file;
            case PERSISTENT -> persistent;
            case ACTIVE -> active;
        };
    }

    LayeredSettings with(Tier tier, Layer layer) {
        return switch (tier) {
            case NONE -> throw new IllegalArgumentException("tier: none (expected: file, persistent or active)");
            case FILE -> new LayeredSettings(layer, persistent, active);
            case PERSISTENT -> new LayeredSettings(file, layer, active);
            case ACTIVE -> new LayeredSettings(file, persistent, layer);
        };
    }

    /** Every word on a value, the one that counts first; the program's default comes last. */
    public List<Word> words(SettingKey key) {
        List<Word> words = new ArrayList<>();
        for (Tier tier : List.of(Tier.ACTIVE, Tier.PERSISTENT, Tier.FILE)) {
            Asked asked = layer(tier).values().get(key);
            if (asked != null) {
                words.add(new Word(tier, asked));
            }
        }
        words.add(new Word(Tier.NONE, new Asked(key.byDefault(), Origin.DEFAULT)));
        return words;
    }

    /** The value that counts. */
    public String value(SettingKey key) {
        return words(key).get(0).asked().value();
    }

    /** The keys that are always there, and those that some layer has a word on. */
    public List<SettingKey> keys() {
        TreeSet<SettingKey> keys = new TreeSet<>(SettingKey.always());
        for (Tier tier : Tier.values()) {
            keys.addAll(layer(tier).values().keySet());
        }
        return List.copyOf(keys);
    }

    /** What all layers together say of a list's ports. */
    public PortMarks marks(PortList list) {
        return active.marks(list).over(persistent.marks(list).over(file.marks(list)));
    }

    /** The tier whose word on a port counts, for a part of {@link #marks}. */
    public Tier tier(PortList list, PortMarks.Part part) {
        for (Tier tier : List.of(Tier.ACTIVE, Tier.PERSISTENT)) {
            if (!layer(tier).marks(list).parts(part.ports()).isEmpty()) {
                return tier;
            }
        }
        return Tier.FILE;
    }

    /**
     * The settings that come of it.
     *
     * @param generation the number they get
     */
    public SecuritySettings effective(long generation) {
        return new SecuritySettings(
                generation,
                Role.valueOf(value("role").toUpperCase(Locale.ROOT)),
                toggle("mpp"),
                toggle("profiles"),
                marks(PortList.EXEMPTIONS).exempt(),
                new FamilySettings(toggle("ipv4.mpp"), marks(PortList.IPV4).exempt()),
                new FamilySettings(toggle("ipv6.mpp"), marks(PortList.IPV6).exempt()),
                interfaces(),
                new ConnectionRateLimit(
                        toggle("connection-rate-limit.enabled"), allowance("per-listener"), allowance("per-source")),
                toggle(SettingKey.MPP_DRY_RUN));
    }

    private String value(String key) {
        return value(SettingKey.fixed(key));
    }

    private Toggle toggle(String key) {
        return toggleOf(value(key));
    }

    private static Toggle toggleOf(String word) {
        return Toggle.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private Allowance allowance(String whose) {
        String block = "connection-rate-limit." + whose + ".";
        return new Allowance(
                Integer.parseInt(value(block + "rate")),
                Integer.parseInt(value(block + "burst")),
                Integer.parseInt(value(block + "half-open")),
                Integer.parseInt(value(block + "connections")));
    }

    private InterfaceRules interfaces() {
        Map<String, Map<String, String>> bySelector = new TreeMap<>();
        keys().stream()
                .filter(SettingKey::ofInterface)
                .forEach(key -> bySelector
                        .computeIfAbsent(key.selector(), selector -> new TreeMap<>())
                        .put(key.what(), value(key)));
        return InterfaceRules.of(bySelector.entrySet().stream()
                .map(entry -> rule(entry.getKey(), entry.getValue()))
                .toList());
    }

    private static InterfaceRule rule(String selector, Map<String, String> said) {
        return InterfaceRule.of(
                selector,
                Optional.ofNullable(said.get("profile"))
                        .filter(profile -> !profile.equals(SettingKey.DEFAULT))
                        .map(profile -> NetworkProfile.valueOf(profile.toUpperCase(Locale.ROOT))),
                toggleOf(said.getOrDefault("mpp", SettingKey.DEFAULT)),
                toggleOf(said.getOrDefault("ipv4.mpp", SettingKey.DEFAULT)),
                toggleOf(said.getOrDefault("ipv6.mpp", SettingKey.DEFAULT)));
    }
}
