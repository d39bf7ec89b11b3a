package dev.spillway.server.admin;

import dev.spillway.server.admin.RequestDecoder.TwoLengths;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import dev.spillway.transport.HostPort;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who may ask.
 *
 * <p><b>Host.</b> A page of a stranger can point a name of its own at our address and read from us in its visitor's
 * browser; the Host header then has that name. So it has to be an address, which no name can be pointed at, {@code
 * localhost}, or the name we were told to bind. A request with the right token may name anyone: a page of a stranger
 * does not have it. Health has nothing to hide, and is asked for by whatever name a probe happens to use.
 *
 * <p><b>Token.</b> {@link Credentials}.
 */
final class RequestGuard {
    private static final String HEALTH = "/health/";

    private final HostPort bind;
    private final Credentials credentials;
    private final Consumer<Refusal> refusals;

    RequestGuard(HostPort bind, Credentials credentials, Consumer<Refusal> refusals) {
        this.bind = bind;
        this.credentials = credentials;
        this.refusals = refusals;
    }

    /** What to say to a request that is not to be served; empty if it is. */
    Optional<Answer> refuse(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refusals.accept(Refusal.BAD_REQUEST);
            return Optional.of(unreadable(request.decoderResult().cause()).asLast());
        }
        if (!request.uri().startsWith("/")) {
            return problem(
                    HttpResponseStatus.BAD_REQUEST,
                    "request target: " + Query.shortened(request.uri()),
                    "a path that begins with /");
        }
        boolean health = request.uri().startsWith(HEALTH);
        boolean entitled = credentials.nameOf(request).isPresent();
        Optional<Answer> wrongHost = health || entitled ? Optional.empty() : wrongHost(request);
        if (wrongHost.isPresent()) {
            refusals.accept(Refusal.WRONG_HOST);
            return wrongHost;
        }
        if (credentials.required() && !entitled && !health) {
            refusals.accept(Refusal.WRONG_TOKEN);
            return Optional.of(unauthorized());
        }
        return Optional.empty();
    }

    /** Who asks, by the token of {@code request}, which was not refused. */
    Principal principal(HttpRequest request, InetAddress client) {
        return Principal.of(credentials.nameOf(request), client);
    }

    private static Answer unreadable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Answer.problem(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG,
                    "request line: too long",
                    "at most " + RequestDecoder.MAX_LINE + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Answer.problem(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "headers: too long",
                    "at most " + RequestDecoder.MAX_HEADERS + " bytes");
        }
        if (cause instanceof TwoLengths) {
            return Answer.problem(
                    HttpResponseStatus.BAD_REQUEST,
                    "Content-Length and Transfer-Encoding: both are given",
                    "one of them");
        }
        return Answer.problem(HttpResponseStatus.BAD_REQUEST, "request: not readable", "HTTP/1.1");
    }

    private Optional<Answer> wrongHost(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && !request.protocolVersion().isKeepAliveDefault()) {
            // HTTP/1.0 does without; every browser sends one.
            return Optional.empty();
        }
        if (hosts.size() != 1) {
            return problem(HttpResponseStatus.BAD_REQUEST, "Host: given " + hosts.size() + " times", "once");
        }
        if (mayNameUs(hosts.get(0))) {
            return Optional.empty();
        }
        return problem(
                HttpResponseStatus.FORBIDDEN,
                "Host: " + Query.shortened(hosts.get(0)),
                "an address, localhost, or " + bind.host() + "; with a token any");
    }

    private boolean mayNameUs(String header) {
        int colon = header.lastIndexOf(':');
        boolean port = colon >= 0 && header.indexOf(']', colon) < 0;
        if (port && !header.substring(colon + 1).matches("[0-9]{0,5}")) {
            return false;
        }
        String host = (port ? header.substring(0, colon) : header).toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            return NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1));
        }
        return host.equals("localhost") || NetUtil.isValidIpV4Address(host) || host.equals(bind.host());
    }

    private static Answer unauthorized() {
        return Answer.problem(
                        HttpResponseStatus.UNAUTHORIZED,
                        "Authorization: no token, or not the right one",
                        "Authorization: Bearer with a token of admin.token or admin.tokens")
                .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"spillway\"")
                .with(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"spillway\", charset=\"UTF-8\"");
    }

    private static Optional<Answer> problem(HttpResponseStatus status, String error, String expected) {
        return Optional.of(Answer.problem(status, error, expected).asLast());
    }
}
