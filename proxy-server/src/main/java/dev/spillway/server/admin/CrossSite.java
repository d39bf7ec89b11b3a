package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A change that a page of a stranger sends from the browser of somebody who may ask for it. The page needs no answer for
 * that: what it may send at all has to be refused by what the browser says of its origin.
 */
final class CrossSite {
    private static final String SEC_FETCH_SITE = "sec-fetch-site";

    /** What a browser says of a request of our own page, or of its user. */
    private static final Set<String> OURS = Set.of("same-origin", "none");

    private static final Pattern ORIGIN =
            Pattern.compile("(http|https)://(\\[[0-9a-f:.]+]|[^/:@\\[\\]]+)(?::([0-9]{1,5}))?");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^/:@\\[\\]]+)(?::([0-9]{1,5}))?");

    private CrossSite() {}

    /** What to say to a request from a page that is not ours; empty if it is from ours, or from no page. */
    static Optional<Answer> refuse(HttpRequest request) {
        for (String site : request.headers().getAll(SEC_FETCH_SITE)) {
            if (!OURS.contains(site)) {
                return refusal("Sec-Fetch-Site: " + Query.shortened(site), "same-origin, or no browser");
            }
        }
        List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        if (origins.isEmpty() || origins.size() == 1 && same(origins.get(0), host)) {
            return Optional.empty();
        }
        return refusal(
                "Origin: " + Query.shortened(String.join(", ", origins)),
                "the host and port of Host, which is " + Query.shortened(host) + ", or no Origin");
    }

    /** Whether both name one host and port; where {@code host} says no port, it is that of the scheme of {@code origin}. */
    private static boolean same(String origin, String host) {
        Matcher from = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        Matcher to = HOST.matcher(host.toLowerCase(Locale.ROOT));
        if (!from.matches() || !to.matches()) {
            return false;
        }
        int standard = from.group(1).equals("https") ? 443 : 80;
        return from.group(2).equals(to.group(1)) && port(from.group(3), standard) == port(to.group(2), standard);
    }

    private static int port(@Nullable String text, int standard) {
        return text == null ? standard : Integer.parseInt(text);
    }

    private static Optional<Answer> refusal(String error, String expected) {
        return Optional.of(Answer.problem(HttpResponseStatus.FORBIDDEN, error, expected));
    }
}
