package dev.spillway.server.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.Optional;

/** {@code admin}. */
final class AdminBlock {
    private static final int MOST_CONNECTIONS = 10_000;

    private AdminBlock() {}

    static AdminSettings read(Section spillway, ListenerBlocks listeners) {
        Section admin = spillway.block("admin");
        boolean enabled = admin.get("enabled", Scalar.flag());
        HostPort bind = admin.get("bind", Addresses.toBind());
        Optional<String> token = admin.find("token", AdminBlock::token);
        int connections = admin.get("max-connections", Scalar.whole(1, MOST_CONNECTIONS, ""));
        Duration idle = admin.get("idle-timeout", Scalar.time(Duration.ofMillis(100), Duration.ofHours(1), ""));
        admin.end();
        if (enabled && admin.sound("bind")) {
            listeners
                    .clash(bind)
                    .ifPresent(other -> admin.report("bind", "an address of its own; " + other + " takes it"));
            if (!Addresses.loopback(bind) && token.isEmpty() && admin.sound("token")) {
                admin.report(
                        "bind",
                        "a loopback address, as \"127.0.0.1:9901\", or a token in spillway.admin.token,"
                                + " since others can reach this one");
            }
        }
        return new AdminSettings(enabled, bind, token, connections, idle);
    }

    /** It travels in a header, so what a header cannot carry is refused. */
    private static String token(ConfigValue value) throws Scalar.Unfit {
        boolean scalar = value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.NUMBER;
        String token = scalar ? value.unwrapped().toString() : "";
        return Scalar.fit(
                token,
                !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127),
                "one or more letters, digits or signs of ASCII without blanks; leave the key out for no token");
    }
}
