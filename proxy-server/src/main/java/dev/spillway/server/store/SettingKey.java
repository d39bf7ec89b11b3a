package dev.spillway.server.store;

import dev.spillway.security.AddressBlock;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The one table of the values that can be asked for: their keys, what each takes, and what holds where nobody asked.
 * Keys are as below {@code spillway.security} in the configuration, without quotes.
 *
 * @param name the key in its canonical form
 * @param kind what it takes
 */
public record SettingKey(String name, Kind kind) implements Comparable<SettingKey> {
    /** Kinds of values. */
    public enum Kind {
        ROLE("server or client"),
        TOGGLE("enabled, disabled or default"),
        /** A toggle that is no word of netsh's, and may be said as configurations say it. */
        SWITCH("enabled, disabled or default; true and false stand for the first two"),
        PROFILE("public, private or default; domain is found, not set"),
        COUNT("a whole number, 0-1000000; 0 is no limit");

        private final String expectation;

        Kind(String expectation) {
            this.expectation = expectation;
        }

        /** What a value has to be, to follow after "expected:". */
        public String expectation() {
            return expectation;
        }
    }

    /** What stands for "nobody asked" in toggles and profiles. */
    public static final String DEFAULT = "default";

    /** Whether protection only records what it would do. */
    public static final String MPP_DRY_RUN = "mpp-dry-run";

    private static final String INTERFACES = "interfaces.";
    private static final int MOST = 1_000_000;
    private static final int LONGEST_SELECTOR = 64;

    /** The end of a name that would make {@code interfaces.NAME.mpp} the key of another interface's family. */
    private static final Pattern FAMILY = Pattern.compile("(.*\\.)?ipv[46]");

    private static final List<String> SHOWN_FIRST =
            List.of("role", "mpp", MPP_DRY_RUN, "profiles", "ipv4.mpp", "ipv6.mpp", "connection-rate-limit.enabled");

    /** Every key that is there whether anybody asked or not, in the order to show them, with its default. */
    private static final Map<SettingKey, String> FIXED = fixed();

    /** What one may say of an interface, longest first so that {@code ipv4.mpp} is not taken for {@code mpp}. */
    private static final List<Map.Entry<String, Kind>> OF_INTERFACES = List.of(
            Map.entry(".ipv4.mpp", Kind.TOGGLE),
            Map.entry(".ipv6.mpp", Kind.TOGGLE),
            Map.entry(".profile", Kind.PROFILE),
            Map.entry(".mpp", Kind.TOGGLE));

    private static Map<SettingKey, String> fixed() {
        Map<SettingKey, String> fixed = new TreeMap<>();
        fixed.put(new SettingKey("role", Kind.ROLE), "server");
        fixed.put(new SettingKey(MPP_DRY_RUN, Kind.SWITCH), DEFAULT);
        for (String toggle : List.of("mpp", "profiles", "ipv4.mpp", "ipv6.mpp", "connection-rate-limit.enabled")) {
            fixed.put(new SettingKey(toggle, Kind.TOGGLE), DEFAULT);
        }
        for (String whose : List.of("per-listener", "per-source")) {
            for (String what : List.of("rate", "burst", "half-open", "connections")) {
                fixed.put(new SettingKey("connection-rate-limit." + whose + "." + what, Kind.COUNT), "0");
            }
        }
        return fixed;
    }

    /** The keys that are always there. */
    public static List<SettingKey> always() {
        return List.copyOf(FIXED.keySet());
    }

    /** What one may say of an interface: {@code profile}, {@code mpp}, {@code ipv4.mpp}, {@code ipv6.mpp}. */
    public static List<String> ofInterfaces() {
        return OF_INTERFACES.stream().map(entry -> entry.getKey().substring(1)).toList();
    }

    /** One of the keys that are always there. */
    static SettingKey fixed(String name) {
        return FIXED.keySet().stream()
                .filter(key -> key.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** The key of what is said of an interface. */
    static SettingKey ofInterface(String selector, String what) {
        return find(INTERFACES + selector + "." + what).orElseThrow(() -> new IllegalArgumentException(what));
    }

    /**
     * The key of that name.
     *
     * @return empty if there is none
     * @throws IllegalArgumentException saying what was expected, if an interface's selector is malformed
     */
    public static Optional<SettingKey> find(String name) {
        if (!name.startsWith(INTERFACES)) {
            return FIXED.keySet().stream().filter(key -> key.name.equals(name)).findFirst();
        }
        for (Map.Entry<String, Kind> what : OF_INTERFACES) {
            if (name.endsWith(what.getKey())
                    && name.length() > INTERFACES.length() + what.getKey().length()) {
                String selector = name.substring(
                        INTERFACES.length(), name.length() - what.getKey().length());
                return Optional.of(
                        new SettingKey(INTERFACES + canonicalSelector(selector) + what.getKey(), what.getValue()));
            }
        }
        return Optional.empty();
    }

    /** One way to write each address, so that the same one can't be said twice. */
    private static String canonicalSelector(String written) {
        boolean quoted = written.length() > 2 && written.startsWith("\"") && written.endsWith("\"");
        String selector = quoted ? written.substring(1, written.length() - 1) : written;
        Optional<AddressBlock> block = AddressBlock.parse(selector);
        if (block.isPresent()) {
            String address = NetUtil.toAddressString(block.get().first());
            String whole = block.get().toString();
            return address + (block.get().freeBits() == 0 ? "" : whole.substring(whole.indexOf('/')));
        }
        if (selector.length() > LONGEST_SELECTOR || !selector.matches("[\\x21\\x23-\\x7e]+")) {
            throw new IllegalArgumentException("an interface's name, an address or a CIDR block");
        }
        if (FAMILY.matcher(selector).matches()) {
            throw new IllegalArgumentException("an interface's name before the family, as \"eth0.ipv4.mpp\"");
        }
        return selector;
    }

    /**
     * The canonical form of a value.
     *
     * @throws IllegalArgumentException if it does not fit; the message is the expectation
     */
    public String canonical(String value) {
        String word = word(value);
        boolean fits = switch (kind) {
            case ROLE -> List.of("server", "client").contains(word);
            case TOGGLE, SWITCH -> List.of("enabled", "disabled", DEFAULT).contains(word);
            case PROFILE -> List.of("public", "private", DEFAULT).contains(word);
            case COUNT -> word.matches("[0-9]{1,7}") && Integer.parseInt(word) <= MOST;
        };
        if (!fits) {
            throw new IllegalArgumentException(kind.expectation());
        }
        return kind == Kind.COUNT ? Integer.toString(Integer.parseInt(word)) : word;
    }

    private String word(String value) {
        String word = value.strip().toLowerCase(Locale.ROOT);
        return kind != Kind.SWITCH ? word : word.equals("true") ? "enabled" : word.equals("false") ? "disabled" : word;
    }

    /** What holds where nobody asked. */
    public String byDefault() {
        return FIXED.getOrDefault(this, DEFAULT);
    }

    /** Whether it says something of an interface. */
    public boolean ofInterface() {
        return name.startsWith(INTERFACES);
    }

    /** The name of the interface it says something of; empty if it is of none, or of addresses. */
    public Optional<String> interfaceName() {
        return ofInterface() && AddressBlock.parse(selector()).isEmpty() ? Optional.of(selector()) : Optional.empty();
    }

    /** The interface it says something of; only for those that do. */
    String selector() {
        String rest = name.substring(INTERFACES.length());
        return rest.substring(0, rest.length() - what().length() - 1);
    }

    /** What it says of an interface; only for those that do. */
    String what() {
        return OF_INTERFACES.stream()
                .map(Map.Entry::getKey)
                .filter(name::endsWith)
                .findFirst()
                .orElseThrow()
                .substring(1);
    }

    @Override
    public int compareTo(SettingKey other) {
        int one = rank();
        int two = other.rank();
        return one == two ? name.compareTo(other.name) : Integer.compare(one, two);
    }

    private int rank() {
        int index = SHOWN_FIRST.indexOf(name);
        return index < 0 ? SHOWN_FIRST.size() : index;
    }
}
