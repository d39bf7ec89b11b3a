package dev.spillway.server.admin;

import dev.spillway.server.admin.Query.BadParameter;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decides by the head of a request what becomes of it: who asks, for which path, by which method, and in a form in which
 * no page of a stranger can ask. So nothing is read of a body that nobody wants. Called on the admin plane's loop.
 */
final class Reception {
    private final RequestGuard guard;
    private final Endpoints endpoints;
    private final Consumer<Refusal> refusals;

    Reception(RequestGuard guard, Endpoints endpoints, Consumer<Refusal> refusals) {
        this.guard = guard;
        this.endpoints = endpoints;
        this.refusals = refusals;
    }

    /** @param client the other end of the connection */
    Route route(HttpRequest head, InetAddress client) {
        Route route = decide(head, client);
        // What follows would be read as the next request. After a last answer nothing is, and its head may be
        // unreadable.
        return route instanceof Route.Now now && !now.answer().last() && hasBody(head)
                ? new Route.Now(now.answer().asLast())
                : route;
    }

    private Route decide(HttpRequest head, InetAddress client) {
        Optional<Answer> refused = guard.refuse(head);
        if (refused.isPresent()) {
            return new Route.Now(refused.get());
        }
        try {
            Query query = Query.of(head.uri());
            Set<String> methods = endpoints.methods(query.path());
            if (methods.isEmpty()) {
                return new Route.Now(endpoints.unknown(query.path()));
            }
            if (!methods.contains(head.method().name())) {
                return new Route.Now(notAllowed(head.method(), methods));
            }
            Optional<Change> change = endpoints.change(query.path(), head.method());
            if (change.isPresent()) {
                query.allow(Set.of());
                return change(head, query.path(), client, change.get());
            }
        } catch (BadParameter bad) {
            return new Route.Now(Answer.problem(HttpResponseStatus.BAD_REQUEST, bad.error(), bad.expected()));
        }
        return new Route.Now(
                hasBody(head)
                        ? Answer.problem(
                                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "body: one is announced", "no body")
                        : endpoints.answer(head.uri()));
    }

    private Route change(HttpRequest head, String path, InetAddress client, Change change) {
        Optional<Answer> foreign = CrossSite.refuse(head);
        foreign.ifPresent(answer -> refusals.accept(Refusal.CROSS_SITE));
        Optional<Answer> refused = foreign.or(() -> ChangeForm.refuse(head));
        if (refused.isPresent()) {
            return new Route.Now(refused.get());
        }
        List<String> ifMatch = head.headers().getAll(HttpHeaderNames.IF_MATCH);
        return new Route.AfterBody(new ChangeCall(
                path,
                guard.principal(head, client),
                ifMatch.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", ifMatch)),
                change));
    }

    /** Also for OPTIONS: a browser that asks for a page of a stranger whether it may is not told that it may. */
    private static Answer notAllowed(HttpMethod method, Set<String> methods) {
        return Answer.problem(
                        HttpResponseStatus.METHOD_NOT_ALLOWED,
                        "method: " + Query.shortened(method.name()),
                        String.join(" or ", methods))
                .with(HttpHeaderNames.ALLOW, String.join(", ", methods));
    }

    private static boolean hasBody(HttpRequest head) {
        return head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING) || HttpUtil.getContentLength(head, 0L) > 0;
    }
}
