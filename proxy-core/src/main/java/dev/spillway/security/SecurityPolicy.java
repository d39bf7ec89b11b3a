package dev.spillway.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges a connection by one snapshot of the settings.
 *
 * <p><b>The order of judgement</b> is that of {@link Standing}, and this is the only place that knows it. What switches MPP
 * off comes first, from the whole to the part: the one switch, the listener's, the family's, the interface's. Then come
 * the ports exempt, then the profile of the network. An exemption comes before the profile so that the reason shown is the one that
 * stays true when Profiles is switched off.
 *
 * <p><b>The most specific wins, and can only narrow.</b> MPP acts where nothing forbids it. A family's or an interface's switch
 * can forbid and cannot allow what the one switch forbids; among the rules for interfaces the most specific speaks
 * for all ({@link InterfaceRules}). A listener's {@code enabled} goes before the role's default, for that is only what holds
 * where nothing was said; against the one switch set to {@code disabled} it has no effect, so that an administrator who
 * switches MPP off has switched it off (S1).
 *
 * <p><b>The profile</b> is the listener's if it states one, else that of the most specific rule for the interface or local
 * address that states one, else what was found there: DOMAIN where a domain controller answers, else PUBLIC (S4).
 */
public final class SecurityPolicy {
    private static final Standing[] ORDER = Standing.values();

    private SecurityPolicy() {}

    /** The profile of the network a connection comes in from, and how it was come by. */
    public record Profile(NetworkProfile network, String how) {}

    /** The verdict on a connection. Any thread; no side effect. */
    public static Verdict judge(SecuritySettings settings, Arrival arrival) {
        NetworkProfile profile = profile(settings, arrival).network();
        for (Standing standing : ORDER) {
            if (applies(standing, settings, arrival, profile)) {
                return new Verdict(standing, profile, settings.generation());
            }
        }
        throw new AssertionError("ELIGIBLE applies to all that are left");
    }

    /** The same with every question and answer. */
    public static Judgement explain(SecuritySettings settings, Arrival arrival) {
        Profile profile = profile(settings, arrival);
        Verdict verdict = judge(settings, arrival);
        List<Judgement.Step> steps = new ArrayList<>();
        for (Standing standing : ORDER) {
            steps.add(new Judgement.Step(
                    standing,
                    standing.question(),
                    value(standing, settings, arrival, profile),
                    applies(standing, settings, arrival, profile.network()),
                    standing == verdict.standing()));
        }
        return new Judgement(verdict, profile.how(), steps);
    }

    /** The profile of the network that a connection comes in from. */
    public static Profile profile(SecuritySettings settings, Arrival arrival) {
        Optional<NetworkProfile> byListener = arrival.listener().profile();
        if (byListener.isPresent()) {
            return new Profile(byListener.get(), "the listener's profile");
        }
        Optional<InterfaceRule> rule = settings.interfaces().profile(arrival.place());
        return rule.map(stated ->
                        new Profile(stated.profile().orElseThrow(), "interfaces." + stated.selector() + ".profile"))
                .orElseGet(() ->
                        new Profile(arrival.place().found(), arrival.place().how()));
    }

    private static boolean applies(
            Standing standing, SecuritySettings settings, Arrival arrival, NetworkProfile profile) {
        FamilySettings family = settings.family(arrival.family());
        return switch (standing) {
            case MPP_DISABLED ->
                settings.mpp() == Toggle.DISABLED
                        || !settings.mppOn() && arrival.listener().mpp() != Toggle.ENABLED;
            case LISTENER_MPP_DISABLED -> arrival.listener().mpp() == Toggle.DISABLED;
            case FAMILY_MPP_DISABLED -> family.mpp() == Toggle.DISABLED;
            case INTERFACE_MPP_DISABLED ->
                settings.interfaces()
                        .mpp(arrival.place(), arrival.family())
                        .filter(rule -> rule.mpp(arrival.family()) == Toggle.DISABLED)
                        .isPresent();
            case EXEMPT_PORT -> settings.portExemptions().contains(arrival.port());
            case FAMILY_EXEMPT_PORT -> family.excludedPorts().contains(arrival.port());
            case PRIVATE_PROFILE -> settings.profilesOn() && profile == NetworkProfile.PRIVATE;
            case DOMAIN_PROFILE -> settings.profilesOn() && profile == NetworkProfile.DOMAIN;
            case ELIGIBLE -> true;
        };
    }

    private static String value(Standing standing, SecuritySettings settings, Arrival arrival, Profile profile) {
        String family = arrival.family().label();
        return switch (standing) {
            case MPP_DISABLED ->
                "mpp = " + shown(settings.mpp(), settings.mppOn()) + ", role "
                        + settings.role().label();
            case LISTENER_MPP_DISABLED ->
                "mpp of the listener = " + arrival.listener().mpp().label();
            case FAMILY_MPP_DISABLED ->
                family + ".mpp = " + settings.family(arrival.family()).mpp().label();
            case INTERFACE_MPP_DISABLED ->
                settings.interfaces()
                        .mpp(arrival.place(), arrival.family())
                        .map(rule -> "interfaces." + rule.selector() + ": mpp = "
                                + rule.mpp(arrival.family()).label() + " for " + family)
                        .orElse("no rule for " + arrival.place().address().getHostAddress()
                                + (arrival.place().interfaceName().isEmpty()
                                        ? ""
                                        : " on " + arrival.place().interfaceName()));
            case EXEMPT_PORT -> "port " + arrival.port() + ", port-exemptions = " + settings.portExemptions();
            case FAMILY_EXEMPT_PORT ->
                "port " + arrival.port() + ", " + family + ".excluded-ports = "
                        + settings.family(arrival.family()).excludedPorts();
            case PRIVATE_PROFILE, DOMAIN_PROFILE ->
                "profiles = " + shown(settings.profiles(), settings.profilesOn()) + ", profile "
                        + profile.network().label() + " (" + profile.how() + ")";
            case ELIGIBLE -> "";
        };
    }

    private static String shown(Toggle asked, boolean on) {
        return asked == Toggle.DEFAULT ? "default (" + (on ? "enabled" : "disabled") + ")" : asked.label();
    }
}
