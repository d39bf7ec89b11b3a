package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The form a request that changes something has to have, judged by its head. The type of its content is part of the
 * defence against pages of strangers: it is none that a form can have, or that a script may send without asking first.
 */
final class ChangeForm {
    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?", Pattern.CASE_INSENSITIVE);

    private ChangeForm() {}

    /** What to say to a change that does not have it; empty if it has. */
    static Optional<Answer> refuse(HttpRequest head) {
        List<String> types = head.headers().getAll(HttpHeaderNames.CONTENT_TYPE);
        if (types.size() != 1 || !JSON.matcher(types.get(0).trim()).matches()) {
            return problem(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type: " + (types.isEmpty() ? "none" : Query.shortened(String.join(", ", types))),
                    "application/json, in UTF-8");
        }
        String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            return problem(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding: " + Query.shortened(encoding),
                    "the body as it is, without Content-Encoding");
        }
        return length(head).or(() -> expectation(head));
    }

    private static Optional<Answer> length(HttpRequest head) {
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean chunked = codings.size() == 1
                && codings.get(0).trim().equalsIgnoreCase("chunked")
                && head.protocolVersion().isKeepAliveDefault();
        if (!codings.isEmpty() && !chunked) {
            return problem(
                    HttpResponseStatus.BAD_REQUEST,
                    "Transfer-Encoding: " + Query.shortened(String.join(", ", codings)),
                    "Content-Length, or chunked alone in HTTP/1.1");
        }
        if (HttpUtil.getContentLength(head, 0L) > RequestBody.MOST_BYTES) {
            return tooLarge();
        }
        return Optional.empty();
    }

    private static Optional<Answer> expectation(HttpRequest head) {
        String expect = head.headers().get(HttpHeaderNames.EXPECT);
        if (expect == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)) {
            return Optional.empty();
        }
        return problem(HttpResponseStatus.EXPECTATION_FAILED, "Expect: " + Query.shortened(expect), "100-continue");
    }

    /** What to say to a body that is, or is announced, larger than it may be. */
    static Optional<Answer> tooLarge() {
        return problem(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "body: too large",
                "at most " + RequestBody.MOST_BYTES + " bytes");
    }

    private static Optional<Answer> problem(HttpResponseStatus status, String error, String expected) {
        return Optional.of(Answer.problem(status, error, expected));
    }
}
