package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.listener.Reach;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.Judgement;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.Place;
import dev.spillway.security.PortRange;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Standing;
import dev.spillway.server.store.LayeredSettings;
import dev.spillway.server.store.LayeredSettings.Word;
import dev.spillway.server.store.Origin;
import dev.spillway.server.store.Persistence;
import dev.spillway.server.store.PortList;
import dev.spillway.server.store.PortMarks;
import dev.spillway.server.store.SettingKey;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.server.store.Tier;
import dev.spillway.syngate.SynGateView;
import io.netty.util.NetUtil;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The security settings: what is asked for, by whom, what goes before what, and what comes of it where. */
record SecurityReport(
        long generation,
        String store,
        String role,
        String mpp,
        String mppEffective,
        boolean dryRun,
        String profiles,
        String profilesEffective,
        List<Setting> settings,
        List<Ports> ports,
        List<TakenAway> portsTakenAway,
        List<Interface> interfaces,
        List<ListenerState> listeners,
        SynGate synGate,
        Store persistence) {
    private static final String DISABLED = "disabled";

    /** Who asked, and which layer has it. */
    record Source(
            String kind,
            String store,
            @Nullable String place,
            @Nullable String who,
            @Nullable String at) {
        static Source of(Tier tier, Origin origin) {
            return new Source(
                    origin.kind().label(),
                    tier.label(),
                    origin.place().orElse(null),
                    origin.who().orElse(null),
                    origin.at().map(Instant::toString).orElse(null));
        }
    }

    /** A word that a stronger one goes before. */
    record Overridden(String asked, Source origin) {}

    /** One value. */
    record Setting(String key, String asked, String effective, Source origin, List<Overridden> overridden) {}

    /** Ports of one list that are left alone, as a range that touches no other. */
    record Ports(String list, int first, int last, int count, List<Part> parts) {}

    /** A piece of such a range, as it was asked for. */
    record Part(int first, int last, String asked, Source origin) {}

    /** Ports that a layer has in a list and a stronger one takes away. */
    record TakenAway(String list, int first, int last, Source origin, Source overridden) {}

    /** A local address. */
    record Interface(String name, String address, String family, String profile, String found, String mpp) {}

    /** How a connection to one address of a listener would be judged. */
    record LocalVerdict(
            String local,
            String interfaceName,
            String family,
            String profile,
            String found,
            String standing,
            boolean eligible) {}

    /** A listener. */
    record ListenerState(String name, String bound, String gate, List<LocalVerdict> verdicts) {}

    /** The SYN gate in use, why it is this one, and what it does now. */
    record SynGate(
            String kind,
            String reason,
            double dropRate,
            int programs,
            int prefixes,
            int prefixesLetIn,
            long dropped,
            long openings,
            long failures) {
        static SynGate of(SynGateView view) {
            return new SynGate(
                    view.kind(),
                    view.reason(),
                    view.dropRate(),
                    view.programs(),
                    view.offenders(),
                    view.offendersLetIn(),
                    view.dropped(),
                    view.openings(),
                    view.failures());
        }
    }

    /** How the persistent store is. */
    record Store(
            @Nullable String path, String state, @Nullable String problem) {}

    /** @param restarted whether to show what a restart would give, rather than what holds now */
    static SecurityReport of(SettingsStore.View view, ProxyView proxy, boolean restarted) {
        LayeredSettings layers = restarted ? view.layers().restarted() : view.layers();
        SecuritySettings settings = layers.effective(view.settings().generation());
        return new SecurityReport(
                settings.generation(),
                (restarted ? Tier.PERSISTENT : Tier.ACTIVE).label(),
                settings.role().label(),
                settings.mpp().label(),
                onOff(settings.mppOn()),
                settings.mppOn() && settings.dryRun(),
                settings.profiles().label(),
                onOff(settings.profilesOn()),
                layers.keys().stream()
                        .map(key -> setting(key, layers, settings))
                        .toList(),
                ports(layers),
                takenAway(layers),
                interfaces(layers, settings, proxy.network()),
                proxy.listeners().stream()
                        .map(each -> listener(each, layers, restarted ? Optional.of(settings) : Optional.empty()))
                        .toList(),
                SynGate.of(proxy.synGateView()),
                store(view.persistence()));
    }

    private static Setting setting(SettingKey key, LayeredSettings layers, SecuritySettings settings) {
        List<Word> words = layers.words(key);
        List<Overridden> overridden = words.stream()
                .skip(1)
                .filter(word -> word.tier() != Tier.NONE)
                .map(word -> new Overridden(
                        word.asked().value(),
                        Source.of(word.tier(), word.asked().origin())))
                .toList();
        Word first = words.get(0);
        return new Setting(
                key.name(),
                first.asked().value(),
                effective(key, first.asked().value(), layers, settings),
                Source.of(first.tier(), first.asked().origin()),
                overridden);
    }

    /** How it works: what {@code default} stands for, and what a stronger switch leaves of a weaker one. */
    private static String effective(SettingKey key, String asked, LayeredSettings layers, SecuritySettings settings) {
        boolean off = asked.equals(DISABLED);
        return switch (key.name()) {
            case "mpp" -> onOff(settings.mppOn());
            case SettingKey.MPP_DRY_RUN -> onOff(settings.dryRun());
            case "profiles" -> onOff(settings.profilesOn());
            case "ipv4.mpp", "ipv6.mpp" -> onOff(!off && settings.mppOn());
            case "connection-rate-limit.enabled" ->
                onOff(settings.connectionRateLimit().on());
            default ->
                key.ofInterface() && key.kind() == SettingKey.Kind.TOGGLE
                        ? onOff(settings.mppOn() && !off && !offAbove(key, asked, layers))
                        : asked.equals(SettingKey.DEFAULT) ? "as found" : asked;
        };
    }

    /** Whether a family's switch, or that of the interface for both families, leaves nothing of one for an interface's family. */
    private static boolean offAbove(SettingKey key, String asked, LayeredSettings layers) {
        for (String family : List.of("ipv4.mpp", "ipv6.mpp")) {
            if (key.name().endsWith("." + family)) {
                String both = key.name().substring(0, key.name().length() - family.length()) + "mpp";
                return word(family, layers).equals(DISABLED)
                        || asked.equals(SettingKey.DEFAULT)
                                && word(both, layers).equals(DISABLED);
            }
        }
        return false;
    }

    private static String word(String key, LayeredSettings layers) {
        return layers.value(SettingKey.find(key).orElseThrow());
    }

    private static String onOff(boolean on) {
        return on ? "enabled" : "disabled";
    }

    private static List<Ports> ports(LayeredSettings layers) {
        List<Ports> ports = new ArrayList<>();
        for (PortList list : PortList.values()) {
            PortMarks marks = layers.marks(list);
            for (PortRange range : marks.exempt().ranges()) {
                List<Part> parts = marks.parts(range).stream()
                        .map(part -> new Part(
                                part.ports().first(),
                                part.ports().last(),
                                part.mark().asked().toString(),
                                Source.of(layers.tier(list, part), part.mark().origin())))
                        .toList();
                ports.add(new Ports(list.key(), range.first(), range.last(), range.size(), parts));
            }
        }
        return ports;
    }

    private static List<TakenAway> takenAway(LayeredSettings layers) {
        List<TakenAway> taken = new ArrayList<>();
        for (PortList list : PortList.values()) {
            for (PortMarks.Part part : layers.marks(list).parts()) {
                if (!part.mark().exempt()) {
                    Tier tier = layers.tier(list, part);
                    Source origin = Source.of(tier, part.mark().origin());
                    LayeredSettings below = layers.below(tier);
                    for (PortMarks.Part covered : below.marks(list).parts(part.ports())) {
                        taken.add(new TakenAway(
                                list.key(),
                                covered.ports().first(),
                                covered.ports().last(),
                                origin,
                                Source.of(
                                        below.tier(list, covered),
                                        covered.mark().origin())));
                    }
                }
            }
        }
        return taken;
    }

    /** How a profile was found; if it was asked for, also where. */
    static String found(String how, LayeredSettings layers) {
        return layers.keys().stream()
                .filter(key -> key.name().equals(how))
                .findFirst()
                .map(key ->
                        how + " (" + layers.words(key).get(0).asked().origin().describe() + ")")
                .orElse(how);
    }

    private static List<Interface> interfaces(LayeredSettings layers, SecuritySettings settings, NetworkMap network) {
        List<Interface> interfaces = new ArrayList<>();
        for (Place place : network.places()) {
            Family family = Family.of(place.address());
            Arrival arrival = new Arrival(place, 0, family, ListenerRules.DEFAULTS);
            SecurityPolicy.Profile profile = SecurityPolicy.profile(settings, arrival);
            boolean off = SecurityPolicy.explain(settings, arrival).steps().stream()
                    .anyMatch(step -> step.applies()
                            && (step.standing() == Standing.FAMILY_MPP_DISABLED
                                    || step.standing() == Standing.INTERFACE_MPP_DISABLED
                                    || step.standing() == Standing.MPP_DISABLED));
            interfaces.add(new Interface(
                    place.interfaceName(),
                    NetUtil.toAddressString(place.address()),
                    family.label(),
                    profile.network().label(),
                    found(profile.how(), layers),
                    onOff(!off)));
        }
        interfaces.sort(Comparator.comparing(Interface::name).thenComparing(Interface::address));
        return interfaces;
    }

    /** @param judging settings to judge by; empty takes the verdicts of those in force */
    private static ListenerState listener(
            ListenerView view, LayeredSettings layers, Optional<SecuritySettings> judging) {
        return new ListenerState(
                view.name(),
                Addresses.text(view.bound()),
                view.gate(),
                view.reaches().stream()
                        .map(reach -> judging.map(settings -> judged(reach, view, settings))
                                .orElse(reach))
                        .map(reach -> verdict(reach, layers))
                        .toList());
    }

    private static Reach judged(Reach reach, ListenerView view, SecuritySettings settings) {
        Arrival arrival = new Arrival(reach.place(), view.bound().getPort(), reach.family(), view.rules());
        Judgement judgement = SecurityPolicy.explain(settings, arrival);
        return new Reach(reach.place(), reach.family(), judgement.profileFound(), judgement.verdict());
    }

    private static LocalVerdict verdict(Reach reach, LayeredSettings layers) {
        return new LocalVerdict(
                NetUtil.toAddressString(reach.place().address()),
                reach.place().interfaceName(),
                reach.family().label(),
                reach.verdict().profile().label(),
                found(reach.profileFound(), layers),
                reach.verdict().standing().label(),
                reach.verdict().eligible());
    }

    private static Store store(Persistence persistence) {
        return new Store(
                persistence.path().map(Path::toString).orElse(null),
                persistence.state().name().toLowerCase(Locale.ROOT),
                persistence.problem().orElse(null));
    }
}
