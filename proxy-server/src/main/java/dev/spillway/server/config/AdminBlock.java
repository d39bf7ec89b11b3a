package dev.spillway.server.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** {@code admin}. */
final class AdminBlock {
    private static final int MOST_CONNECTIONS = 10_000;

    private AdminBlock() {}

    static AdminSettings read(Section spillway, ListenerBlocks listeners) {
        Section admin = spillway.block("admin");
        boolean enabled = admin.get("enabled", Scalar.flag());
        HostPort bind = admin.get("bind", Addresses.toBind());
        Optional<String> token = admin.find("token", AdminBlock::token);
        Section named = admin.block("tokens");
        Map<String, String> tokens = tokens(named, token);
        int connections = admin.get("max-connections", Scalar.whole(1, MOST_CONNECTIONS, ""));
        Duration idle = admin.get("idle-timeout", Scalar.time(Duration.ofMillis(100), Duration.ofHours(1), ""));
        admin.end();
        if (enabled && admin.sound("bind")) {
            listeners
                    .clash(bind)
                    .ifPresent(other -> admin.report("bind", "an address of its own; " + other + " takes it"));
            boolean none = token.isEmpty()
                    && tokens.isEmpty()
                    && admin.sound("token", "tokens")
                    && named.sound(named.names().toArray(String[]::new));
            if (none && !Addresses.loopback(bind)) {
                admin.report(
                        "bind",
                        "a loopback address, as \"127.0.0.1:9901\", or a token in spillway.admin.token,"
                                + " since others can reach this one");
            }
        }
        return new AdminSettings(enabled, bind, token, tokens, connections, idle);
    }

    /** Tokens by name; two can't be the same, or it would not be known who made a change. */
    private static Map<String, String> tokens(Section block, Optional<String> token) {
        Map<String, String> byName = new LinkedHashMap<>();
        Map<String, String> takenBy = new HashMap<>();
        token.ifPresent(text -> takenBy.put(text, "spillway.admin.token"));
        for (String name : new TreeSet<>(block.names())) {
            Optional<String> text = block.find(name, AdminBlock::token);
            if (name.equals(AdminSettings.TOKEN) || !Names.fit(name)) {
                block.report(name, "a name of " + Names.EXPECTED + ", other than " + AdminSettings.TOKEN);
            } else if (text.isPresent()) {
                String other = takenBy.putIfAbsent(text.get(), block.name(name));
                if (other == null) {
                    byName.put(name, text.get());
                } else {
                    block.report(name, "a token of its own; " + other + " is the same");
                }
            }
        }
        return byName;
    }

    /** It travels in a header, so what a header cannot carry is refused. */
    static String token(ConfigValue value) throws Scalar.Unfit {
        boolean scalar = value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.NUMBER;
        String token = scalar ? value.unwrapped().toString() : "";
        return Scalar.fit(
                token,
                !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127),
                "one or more letters, digits or signs of ASCII without blanks; leave the key out for no token");
    }
}
