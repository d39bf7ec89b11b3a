package dev.spillway.server.admin;

import dev.spillway.ProxyControl;
import dev.spillway.ProxyView;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.server.admin.Query.BadParameter;
import dev.spillway.server.events.Event;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.metrics.Meters;
import dev.spillway.server.store.SettingsStore;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The paths there are, what each shows, and what may be changed there. Called on the admin plane's loop. */
final class Endpoints {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final List<String> SHOWING = List.of("GET", "HEAD");

    private final ProxyView proxy;
    private final Meters meters;
    private final EventLog events;
    private final StatusPage page = StatusPage.load();
    private final Map<String, Endpoint> endpoints = new TreeMap<>();

    private interface Content {
        Answer answer(Query query) throws BadParameter;
    }

    /** A path: what it shows, to GET and HEAD, if it shows anything, and what may be changed there, by method. */
    private record Endpoint(Set<String> parameters, Optional<Content> content, Map<String, Change> changes) {
        static final Endpoint NOTHING = new Endpoint(Set.of(), Optional.empty(), Map.of());
    }

    /** The answer to a path that does not exist. */
    record UnknownPath(String error, String expected, List<String> paths) {}

    /** Whether the proxy takes connections, and why not. */
    record Health(boolean ready, String state, String reason) {}

    /** That there is somebody who answers. */
    record Alive(boolean live) {}

    Endpoints(
            ProxyView proxy, ProxyControl control, Meters meters, EventLog events, SettingsStore store, Reload reload) {
        this.proxy = proxy;
        this.meters = meters;
        this.events = events;
        add("/", query -> page.answer());
        add("/metrics", query -> Answer.text(Meters.CONTENT_TYPE, meters.scrape()));
        add("/health/live", query -> Answer.json(new Alive(true)));
        add("/health/ready", query -> ready());
        add("/api/v1/status", query -> Answer.json(StatusReport.of(proxy)));
        add("/api/v1/pressure", query -> Answer.json(PressureReport.of(proxy)));
        add("/api/v1/listeners", query -> Answer.json(ListenersReport.of(proxy)));
        add("/api/v1/upstreams", query -> Answer.json(UpstreamsReport.of(proxy)));
        add("/api/v1/connections", this::connections, "limit", "by");
        add("/api/v1/events", this::events, "limit", "since", "id", "severity");
        SecurityEndpoints security = new SecurityEndpoints(proxy, store, reload);
        SecurityChanges changes = new SecurityChanges(proxy, store);
        add("/api/v1/security", security::show, "store");
        PruneEndpoints prune = new PruneEndpoints(proxy, security);
        add("/api/v1/explain", prune::explain, "listener", "local", "from", "signal", "level", "limit");
        add("/api/v1/kills", prune::kills, "limit");
        change("/api/v1/security", HttpMethod.PATCH, changes::set);
        change("/api/v1/security/reset", HttpMethod.POST, changes::reset);
        change("/api/v1/connections/close", HttpMethod.POST, new ClosingConnections(control, events::record));
        InjectedSignal injected = new InjectedSignal(control, events::record);
        change("/api/v1/signals/injected", HttpMethod.PUT, injected::set);
        change("/api/v1/signals/injected", HttpMethod.DELETE, injected::end);
        change("/api/v1/reload", HttpMethod.POST, security::reload);
    }

    /** Has {@code path} show {@code content} for a query of these parameters. */
    private void add(String path, Content content, String... parameters) {
        endpoints.compute(
                path,
                (same, before) -> new Endpoint(
                        Set.of(parameters), Optional.of(content), before == null ? Map.of() : before.changes()));
    }

    /** Has {@code method} on {@code path} make {@code change}; before anybody asks, so that no lock is needed. */
    void change(String path, HttpMethod method, Change change) {
        Endpoint before = endpoints.getOrDefault(path, Endpoint.NOTHING);
        Map<String, Change> changes = new TreeMap<>(before.changes());
        changes.put(method.name(), change);
        endpoints.put(path, new Endpoint(before.parameters(), before.content(), changes));
    }

    /** The methods that {@code path} has, in the order in which {@code Allow} tells them; none if there is no such path. */
    Set<String> methods(String path) {
        Endpoint endpoint = endpoints.getOrDefault(path, Endpoint.NOTHING);
        Set<String> methods = new LinkedHashSet<>(endpoint.content().isPresent() ? SHOWING : List.of());
        methods.addAll(endpoint.changes().keySet());
        return methods;
    }

    /** What {@code method} changes on {@code path}; empty if it only shows something, or does not exist there. */
    Optional<Change> change(String path, HttpMethod method) {
        return Optional.ofNullable(
                endpoints.getOrDefault(path, Endpoint.NOTHING).changes().get(method.name()));
    }

    /** The answer to a path that there is not. */
    Answer unknown(String path) {
        return Answer.json(
                HttpResponseStatus.NOT_FOUND,
                new UnknownPath("path: " + Query.shortened(path), "one of paths", paths()));
    }

    /** The paths, in order. */
    List<String> paths() {
        return List.copyOf(endpoints.keySet());
    }

    /** What {@code target}, a path with its query, shows. */
    Answer answer(String target) {
        try {
            Query query = Query.of(target);
            Endpoint endpoint = endpoints.getOrDefault(query.path(), Endpoint.NOTHING);
            if (endpoint.content().isEmpty()) {
                return unknown(query.path());
            }
            query.allow(endpoint.parameters());
            return endpoint.content().get().answer(query);
        } catch (BadParameter bad) {
            return Answer.problem(HttpResponseStatus.BAD_REQUEST, bad.error(), bad.expected());
        }
    }

    private Answer ready() {
        ProxyView.State state = proxy.state();
        String word = state.name().toLowerCase(Locale.ROOT);
        String reason = switch (state) {
            case STARTING -> "not every listener is bound yet";
            case RUNNING -> "";
            case DRAINING -> "no more connections are taken; those open may end by themselves";
            case CLOSED -> "everything is closed";
        };
        boolean ready = state == ProxyView.State.RUNNING;
        return Answer.json(
                ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                new Health(ready, word, reason));
    }

    private Answer connections(Query query) throws BadParameter {
        String by = query.word(
                "by",
                ConnectionOrder.COST.label(),
                Arrays.stream(ConnectionOrder.values())
                        .map(ConnectionOrder::label)
                        .toArray(String[]::new));
        return Answer.json(
                by.equals(ConnectionOrder.SOURCE.label())
                        ? SourcesReport.of(proxy, limit(query))
                        : ConnectionsReport.of(
                                proxy, ConnectionOrder.valueOf(by.toUpperCase(Locale.ROOT)), limit(query)));
    }

    private Answer events(Query query) throws BadParameter {
        int limit = limit(query);
        Predicate<Event> wanted = WantedEvents.of(query);
        return Answer.json(EventsReport.of(
                query.has("since")
                        ? events.since(query.number("since", 0, 0, Long.MAX_VALUE), limit, wanted)
                        : events.latest(limit, wanted)));
    }

    /** How many of something to list. */
    static int limit(Query query) throws BadParameter {
        return (int) query.number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    }
}
