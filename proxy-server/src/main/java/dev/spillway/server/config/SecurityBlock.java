package dev.spillway.server.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code security}: what a process starts with (S12). */
final class SecurityBlock {
    private static final Pattern PORTS = Pattern.compile("\\s*([0-9]{1,9})\\s*(?:-\\s*([0-9]{1,9})\\s*)?");

    private SecurityBlock() {}

    static SecuritySettings read(Section spillway) {
        Section security = spillway.block("security");
        Role role = security.get("role", Scalar.word(Words.of("server", Role.SERVER, "client", Role.CLIENT)));
        Scalar.Reader<Toggle> toggle = Scalar.word(
                Words.of("enabled", Toggle.ENABLED, "disabled", Toggle.DISABLED, "default", Toggle.DEFAULT));
        Toggle mpp = security.get("mpp", toggle);
        Toggle profiles = security.get("profiles", toggle);
        List<PortRange> exempt = security.list(
                "port-exemptions", "a list of ports and ranges of ports, as [22, \"5000-5009\"]", SecurityBlock::ports);
        security.end();
        return SecuritySettings.of(role, mpp, profiles, PortSet.of(exempt));
    }

    private static PortRange ports(ConfigValue value) throws Scalar.Unfit {
        boolean scalar = value.valueType() == ConfigValueType.NUMBER || value.valueType() == ConfigValueType.STRING;
        Matcher ports = PORTS.matcher(scalar ? value.unwrapped().toString() : "");
        if (!ports.matches()) {
            throw new Scalar.Unfit("a port or a range of ports in 0-65535, as 22 or \"5000-5009\"");
        }
        int first = Integer.parseInt(ports.group(1));
        int last = ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
        if (first > PortRange.MAX_PORT || last > PortRange.MAX_PORT) {
            throw new Scalar.Unfit("ports in 0-65535");
        }
        if (first > last) {
            throw new Scalar.Unfit("the lower port first, \"" + last + "-" + first + "\"; this range is reversed");
        }
        return new PortRange(first, last);
    }
}
