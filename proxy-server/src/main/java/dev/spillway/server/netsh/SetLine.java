package dev.spillway.server.netsh;

import dev.spillway.security.PortRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code set security}: {@code [mpp=] [startport=] [numberofports=] [profiles=] [store=]}, which is netsh's order as
 * documented, {@code store} being ours at the end of it (the original has it for {@code show}); and by name only
 * {@code port=}, {@code family=}, {@code interface=}, {@code profile=}, {@code ratelimit=}, {@code mpp-dry-run=}.
 *
 * <p>With a range of ports {@code mpp} is about the range and not about the switch (S17): {@code disabled} exempts it,
 * {@code enabled} and {@code default} take the exemption away.
 */
public final class SetLine {
    private static final String DRY_RUN = "mpp-dry-run";
    private static final String EXEMPTIONS = "port-exemptions";
    private static final Vocabulary TOGGLE = Vocabulary.of("enabled", "disabled", "default");
    private static final Vocabulary PROFILE = Vocabulary.of("public", "private", "default");
    private static final Vocabulary FAMILY = Vocabulary.of("ipv4", "ipv6");
    private static final Tags TAGS = new Tags(
            List.of("mpp", "startport", "numberofports", "profiles", "store"),
            List.of("port", "profile", "family", "interface", "ratelimit", DRY_RUN),
            List.of("role"));

    private final List<Mistake> mistakes = new ArrayList<>();
    private final Map<String, String> set = new LinkedHashMap<>();
    private final List<SecurityChange.Ports> ports = new ArrayList<>();
    private final Values values;

    private SetLine(List<String> words) {
        this.values = new Values(TAGS.bind(words, mistakes), mistakes);
    }

    /** What the words after {@code set security} ask for. */
    public static Reading<SecurityChange> read(List<String> words) {
        return new SetLine(words).read();
    }

    private Reading<SecurityChange> read() {
        role();
        boolean ranged = values.has("startport") || values.has("numberofports") || values.has("port");
        Optional<String> selector = selector();
        Optional<String> family = values.word("family", FAMILY);
        Optional<String> mpp = values.word("mpp", TOGGLE);
        if (ranged) {
            range(mpp, family);
        } else {
            mpp.ifPresent(toggle -> set.put(keyOfMpp(selector, family), toggle));
        }
        profile(selector);
        values.word(DRY_RUN, TOGGLE).ifPresent(toggle -> set.put(DRY_RUN, toggle));
        values.word("ratelimit", TOGGLE).ifPresent(toggle -> set.put("connection-rate-limit.enabled", toggle));
        if (values.has("family") && !ranged && !values.has("mpp")) {
            values.mistake("family: nothing to set for it", "mpp= or a range of ports beside family=");
        }
        Store store = values.word("store", Store.WORDS).map(Store::of).orElse(Store.PERSISTENT);
        if (mistakes.isEmpty() && set.isEmpty() && ports.isEmpty()) {
            values.mistake(
                    "nothing to set",
                    "mpp=, profiles=, ratelimit= or mpp-dry-run=enabled|disabled|default, startport= numberofports= mpp=, or"
                            + " interface= with mpp= or profile=");
        }
        return mistakes.isEmpty()
                ? new Reading.Understood<>(new SecurityChange(store, set, ports))
                : new Reading.Refused<>(mistakes);
    }

    private void role() {
        values.given("role")
                .ifPresent(given -> values.mistake(
                        Values.error("role", given),
                        "security.role in the configuration file; it can't be set from here"));
    }

    private Optional<String> selector() {
        return values.given("interface").flatMap(given -> {
            boolean fits = Selector.fits(given.value());
            if (!fits) {
                values.mistake(Values.error("interface", given), Selector.expectation());
            }
            if (!values.has("mpp") && interfaceProfile() == null) {
                values.mistake("interface: nothing to set for it", "mpp= or profile= beside interface=");
            }
            return fits ? Optional.of(given.value()) : Optional.empty();
        });
    }

    private static String keyOfMpp(Optional<String> selector, Optional<String> family) {
        return selector.map(name -> "interfaces." + name + ".").orElse("")
                + family.map(name -> name + ".").orElse("") + "mpp";
    }

    private void range(Optional<String> mpp, Optional<String> family) {
        if (values.has("interface")) {
            values.mistake(
                    "interface: with a range of ports", "no interface=; an exemption holds on every interface (S9)");
        }
        Optional<PortRange> range = values.has("port") ? fromPort() : fromStart();
        if (!values.has("mpp")) {
            String which = range.map(PortRange::toString).orElse("these ports");
            values.mistake(
                    "mpp: missing", "mpp=disabled to exempt " + which + ", mpp=enabled or mpp=default to cover them");
        }
        if (range.isPresent() && mpp.isPresent()) {
            String list = family.map(name -> name + ".excluded-ports").orElse(EXEMPTIONS);
            ports.add(new SecurityChange.Ports(list, range.get(), mpp.get()));
        }
    }

    private Optional<PortRange> fromPort() {
        if (values.has("startport") || values.has("numberofports")) {
            values.mistake("port: beside startport or numberofports", "one of the two ways to name a range");
        }
        return values.range("port");
    }

    private Optional<PortRange> fromStart() {
        int most = PortRange.MAX_PORT;
        Optional<Integer> start = values.whole("startport", 0, most, "the first port");
        if (!values.has("startport")) {
            values.mistake("startport: missing", "startport= beside numberofports=, 0-65535");
        }
        if (!values.has("numberofports")) {
            values.mistake("numberofports: missing", "numberofports= beside startport=; 1 for a single port");
        }
        int room = most + 1 - start.orElse(0);
        Optional<Integer> count = values.whole("numberofports", 1, room, "how many ports, up to port 65535 at most");
        return start.isPresent() && count.isPresent()
                ? Optional.of(new PortRange(start.get(), start.get() + count.get() - 1))
                : Optional.empty();
    }

    /** The profile of the interface on the line; null if none is meant. {@code profiles} in full is always the switch. */
    private Tags.@Nullable Given interfaceProfile() {
        Optional<Tags.Given> shortened = values.given("profiles")
                .filter(given -> given.typedTag() != null && !given.typedTag().equals("profiles"));
        return values.given("profile").or(() -> shortened).orElse(null);
    }

    /** {@code profile=} is the interface's if there is one on the line, and else a short form of {@code profiles=}. */
    private void profile(Optional<String> selector) {
        Tags.Given single = interfaceProfile();
        Tags.Given profiles = values.given("profiles").orElse(null);
        if (values.has("interface") && single != null) {
            values.word("profile", single, PROFILE, "")
                    .ifPresent(word -> selector.ifPresent(name -> set.put("interfaces." + name + ".profile", word)));
            profiles = single.equals(profiles) ? null : profiles;
        } else if (values.has("profile") && profiles != null) {
            values.mistake("profiles: given again, as profile=", "profiles= once; profile= beside interface=");
        } else if (single != null) {
            profiles = single;
        }
        if (profiles != null) {
            boolean ofInterface = PROFILE.find(profiles.value()).isPresent();
            values.word(
                            "profiles",
                            profiles,
                            TOGGLE,
                            ofInterface ? "; for the profile of an interface add interface=" : "")
                    .ifPresent(toggle -> set.put("profiles", toggle));
        }
    }
}
