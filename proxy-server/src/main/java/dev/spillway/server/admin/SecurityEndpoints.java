package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.Judgement;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.server.admin.Query.BadParameter;
import dev.spillway.server.events.SettingChange;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.server.store.Tier;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;

/** The paths of the security settings: what they show. What may be changed there is in {@link SecurityChanges}. */
final class SecurityEndpoints {
    private final ProxyView proxy;
    private final SettingsStore store;
    private final Reload reload;

    SecurityEndpoints(ProxyView proxy, SettingsStore store, Reload reload) {
        this.proxy = proxy;
        this.store = store;
        this.reload = reload;
    }

    /** A judgement with its reasons. */
    record Explanation(
            String listener,
            String local,
            String interfaceName,
            String from,
            long generation,
            String profile,
            String profileFound,
            String standing,
            boolean eligible,
            List<StepReport> steps) {}

    /** One question of it. */
    record StepReport(String step, String question, String value, boolean applies, boolean decides) {}

    /** What a reload came to. */
    record Reloaded(long generation, List<SettingChange> changes, List<String> atRestart, List<String> warnings) {}

    /** Why there was none. */
    record NotReloaded(List<String> problems) {}

    /** {@code GET /api/v1/security}. */
    Answer show(Query query) throws BadParameter {
        boolean restarted = query.word("store", Tier.ACTIVE.label(), Tier.ACTIVE.label(), Tier.PERSISTENT.label())
                .equals(Tier.PERSISTENT.label());
        SecurityReport report = SecurityReport.of(store.view(), proxy, restarted);
        return Answer.json(report).withETag(Precondition.tag(report.generation(), store.run()));
    }

    /** {@code GET /api/v1/explain}. */
    Answer explain(Query query) throws BadParameter {
        ListenerView listener = listener(query);
        InetAddress local = query.has("local")
                ? address(query, "local")
                : listener.reaches().get(0).place().address();
        InetAddress from = query.has("from") ? address(query, "from") : local;
        Place place = proxy.network().of(local);
        Judgement judgement = SecurityPolicy.explain(
                proxy.security(), Arrival.of(from, place, listener.bound().getPort(), listener.rules()));
        return Answer.json(new Explanation(
                listener.name(),
                NetUtil.toAddressString(local),
                place.interfaceName(),
                query.has("from")
                        ? NetUtil.toAddressString(from)
                        : "any " + Family.of(from).label() + " client",
                judgement.verdict().generation(),
                judgement.verdict().profile().label(),
                SecurityReport.found(judgement.profileFound(), store.view().layers()),
                judgement.verdict().standing().label(),
                judgement.verdict().eligible(),
                judgement.steps().stream()
                        .map(step -> new StepReport(
                                step.standing().label(), step.question(), step.value(), step.applies(), step.decides()))
                        .toList()));
    }

    private ListenerView listener(Query query) throws BadParameter {
        List<ListenerView> listeners = proxy.listeners();
        List<String> names = listeners.stream().map(ListenerView::name).toList();
        if (!query.has("listener") && listeners.size() == 1) {
            return listeners.get(0);
        }
        String name = query.text("listener", "one of " + String.join(", ", names));
        return listeners.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadParameter(
                        "parameter listener: " + Query.shortened(name), "one of " + String.join(", ", names)));
    }

    private static InetAddress address(Query query, String name) throws BadParameter {
        String text = query.text(name, "an address");
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
        if (address == null) {
            throw new BadParameter("parameter " + name + ": " + Query.shortened(text), "an IPv4 or IPv6 address");
        }
        return address;
    }

    /** {@code POST /api/v1/reload}. */
    Answer reload(ChangeRequest request) throws BadRequest {
        Fields.of(request.body()).end();
        Reload.Result result = reload.run(request.principal().text());
        if (result instanceof Reload.Result.Refused refused) {
            return Answer.json(HttpResponseStatus.CONFLICT, new NotReloaded(refused.problems()));
        }
        Reload.Result.Done done = (Reload.Result.Done) result;
        return Answer.json(new Reloaded(
                done.generation(), SecurityChanges.changes(done.changes()), done.atRestart(), done.warnings()));
    }
}
