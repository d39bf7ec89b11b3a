package dev.spillway.server.events;

import dev.spillway.network.NetworkChange;
import dev.spillway.security.NetworkProfile;
import io.netty.util.NetUtil;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events of interfaces and gates, for {@link EventLog#record}. */
public final class NetworkEvents {
    /** Stands for the profile of an address that is not there, before it appears and after it has vanished. */
    public static final String ABSENT = "absent";

    private static final int LONGEST_REASON = 400;

    private NetworkEvents() {}

    /**
     * The profile of a local address is another one; connections from now on are judged by it.
     *
     * @param networkInterface its name, as {@code eth0}
     * @param address without a port
     * @param before {@code public}, {@code private} or {@code domain}
     * @param after the same
     * @param found how the new one was found, as {@code interfaces.eth0.profile (spillway.conf:9)}
     */
    public static Event profileChanged(
            String networkInterface, String address, String before, String after, String found) {
        return profile(
                networkInterface,
                address,
                before,
                after,
                found,
                "The profile of %2$s on %1$s changed from %3$s to %4$s: %5$s.");
    }

    /** A local address appeared; parameters as in {@link #profileChanged}. */
    public static Event addressAppeared(String networkInterface, String address, String profile, String found) {
        return profile(networkInterface, address, ABSENT, profile, found, "%2$s appeared on %1$s, profile %4$s: %5$s.");
    }

    /** A local address vanished; parameters as in {@link #profileChanged}. */
    public static Event addressVanished(String networkInterface, String address, String profile) {
        return profile(
                networkInterface,
                address,
                profile,
                ABSENT,
                "the address is gone",
                "%2$s vanished from %1$s, where its profile was %3$s.");
    }

    private static Event profile(
            String networkInterface, String address, String before, String after, String found, String message) {
        String how = Excerpt.of(found, LONGEST_REASON);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("interface", networkInterface);
        fields.put("address", address);
        fields.put("old", before);
        fields.put("new", after);
        fields.put("found", how);
        return new Event(
                EventId.PROFILE_CHANGED, message.formatted(networkInterface, address, before, after, how), fields);
    }

    /** What the network watch tells. */
    static Event of(NetworkChange change) {
        String address = NetUtil.toAddressString(change.address());
        String after = change.after().map(NetworkProfile::label).orElse(ABSENT);
        if (change.before().isEmpty()) {
            return addressAppeared(change.interfaceName(), address, after, change.how());
        }
        String before = change.before().get().label();
        return change.after().isEmpty()
                ? addressVanished(change.interfaceName(), address, before)
                : profileChanged(change.interfaceName(), address, before, after, change.how());
    }

    /**
     * The SYN gates begin to keep newcomers out where MPP may act, or are open again after the episode.
     *
     * @param refusing whether they do from now on
     * @param reason why
     */
    static Event gateRefuses(boolean refusing, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("listener", "all that are eligible");
        fields.put("old", refusing ? "open" : "refusing");
        fields.put("new", refusing ? "refusing" : "open");
        fields.put("reason", Excerpt.of(reason, LONGEST_REASON));
        return new Event(
                EventId.GATE_CHANGED,
                (refusing
                                ? "The SYN gate keeps newcomers out of listeners that are eligible: %s."
                                : "The SYN gate is open again: %s.")
                        .formatted(fields.get("reason")),
                fields);
    }

    /**
     * Another gate is in use for a listener.
     *
     * @param listener its name
     * @param before the gate that was in use
     * @param after the gate that is in use
     * @param reason why
     */
    public static Event gateReplaced(String listener, String before, String after, String reason) {
        return gate(
                listener, after, before, after, reason, "The SYN gate of listener %1$s is %4$s now, was %3$s: %5$s.");
    }

    private static Event gate(
            String listener, String gate, String before, String after, String reason, String message) {
        String why = Excerpt.of(reason, LONGEST_REASON);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("listener", listener);
        fields.put("gate", gate);
        fields.put("old", before);
        fields.put("new", after);
        fields.put("reason", why);
        return new Event(EventId.GATE_CHANGED, message.formatted(listener, gate, before, after, why), fields);
    }
}
