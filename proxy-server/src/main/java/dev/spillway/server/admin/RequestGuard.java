package dev.spillway.server.admin;

import dev.spillway.server.metrics.AdminTraffic.Refusal;
import dev.spillway.transport.HostPort;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask, and in what form.
 *
 * <p><b>Host.</b> A page of a stranger can point a name of its own at our address and read from us in its visitor's
 * browser; the Host header then has that name. So it has to be an address, which no name can be pointed at, {@code
 * localhost}, or the name we were told to bind. A request with the right token may name anyone: a page of a stranger
 * does not have it. Health has nothing to hide, and is asked for by whatever name a probe happens to use.
 *
 * <p><b>Token.</b> {@code Authorization: Bearer}, or as the password of {@code Basic}, since that is what a browser can
 * ask its user for.
 */
final class RequestGuard {
    private static final String HEALTH = "/health/";
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final HostPort bind;
    private final byte @Nullable [] token;
    private final Consumer<Refusal> refusals;

    RequestGuard(HostPort bind, Optional<String> token, Consumer<Refusal> refusals) {
        this.bind = bind;
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
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
        boolean entitled = token != null && hasToken(request);
        Optional<Answer> wrongHost = health || entitled ? Optional.empty() : wrongHost(request);
        if (wrongHost.isPresent()) {
            refusals.accept(Refusal.WRONG_HOST);
            return wrongHost;
        }
        if (token != null && !entitled && !health) {
            refusals.accept(Refusal.WRONG_TOKEN);
            return Optional.of(unauthorized());
        }
        return wrongForm(request);
    }

    private static Answer unreadable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Answer.problem(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG,
                    "request line: too long",
                    "at most " + AdminConnection.MAX_LINE + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Answer.problem(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "headers: too long",
                    "at most " + AdminConnection.MAX_HEADERS + " bytes");
        }
        return Answer.problem(HttpResponseStatus.BAD_REQUEST, "request: not readable", "HTTP/1.1");
    }

    private static Optional<Answer> wrongForm(HttpRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            Answer answer = Answer.problem(
                            HttpResponseStatus.METHOD_NOT_ALLOWED,
                            "method: " + Query.shortened(request.method().name()),
                            "GET or HEAD")
                    .with(HttpHeaderNames.ALLOW, "GET, HEAD");
            return Optional.of(hasBody(request) ? answer.asLast() : answer);
        }
        if (hasBody(request)) {
            return Optional.of(
                    Answer.problem(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "body: one is announced", "no body")
                            .asLast());
        }
        return Optional.empty();
    }

    private static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request)
                || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                || HttpUtil.getContentLength(request, 0L) > 0;
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

    private boolean hasToken(HttpRequest request) {
        List<String> given = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (given.size() != 1) {
            return false;
        }
        String value = given.get(0);
        if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return isToken(value.substring(BEARER.length()).trim());
        }
        if (value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            try {
                byte[] pair = Base64.getDecoder()
                        .decode(value.substring(BASIC.length()).trim());
                String text = new String(pair, StandardCharsets.UTF_8);
                return isToken(text.substring(text.indexOf(':') + 1));
            } catch (IllegalArgumentException notBase64) {
                return false;
            }
        }
        return false;
    }

    /** Takes as long for a guess that begins well as for any other. */
    private boolean isToken(String guess) {
        return MessageDigest.isEqual(token, guess.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer unauthorized() {
        return Answer.problem(
                        HttpResponseStatus.UNAUTHORIZED,
                        "Authorization: no token, or not the right one",
                        "Authorization: Bearer with the token of admin.token")
                .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"spillway\"")
                .with(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"spillway\", charset=\"UTF-8\"");
    }

    private static Optional<Answer> problem(HttpResponseStatus status, String error, String expected) {
        return Optional.of(Answer.problem(status, error, expected).asLast());
    }
}
