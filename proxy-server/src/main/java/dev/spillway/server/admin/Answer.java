package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is said to one request.
 *
 * @param status the status
 * @param headers headers beside those that every answer has
 * @param contentType of the body
 * @param body all of it, on the heap
 * @param last whether the connection ends with it, because what follows on it can't be trusted
 */
record Answer(
        HttpResponseStatus status,
        List<Map.Entry<CharSequence, String>> headers,
        String contentType,
        byte[] body,
        boolean last) {
    private static final String JSON = "application/json";

    /** Nothing of an answer may be loaded from anywhere, and nobody may frame it. */
    private static final Map.Entry<CharSequence, String> NOTHING_ACTIVE =
            Map.entry(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");

    /** What one request gets that can't be served: what was wrong, and what would have been right. */
    record Problem(String error, String expected) {}

    /** What a change gets that is not made: all that was wrong. */
    record Problems(List<Problem> problems) {}

    static Answer json(Object value) {
        return json(HttpResponseStatus.OK, value);
    }

    static Answer json(HttpResponseStatus status, Object value) {
        return new Answer(status, List.of(NOTHING_ACTIVE), JSON, Json.bytes(value), false);
    }

    static Answer text(String contentType, String text) {
        return new Answer(
                HttpResponseStatus.OK,
                List.of(NOTHING_ACTIVE),
                contentType,
                text.getBytes(StandardCharsets.UTF_8),
                false);
    }

    static Answer html(String page, String contentSecurityPolicy) {
        return new Answer(
                HttpResponseStatus.OK,
                List.of(Map.entry(HttpHeaderNames.CONTENT_SECURITY_POLICY, contentSecurityPolicy)),
                "text/html; charset=utf-8",
                page.getBytes(StandardCharsets.UTF_8),
                false);
    }

    static Answer problem(HttpResponseStatus status, String error, String expected) {
        return json(status, new Problem(error, expected));
    }

    static Answer problems(HttpResponseStatus status, List<Problem> problems) {
        return json(status, new Problems(List.copyOf(problems)));
    }

    /** For a fault of ours, of which the log tells and the client learns nothing. */
    static Answer internalError() {
        return problem(
                HttpResponseStatus.INTERNAL_SERVER_ERROR,
                "internal error",
                "an answer; the log of the proxy says why there is none");
    }

    /** Names the state that this answer shows, so that a change can name it as what it was meant for. */
    Answer withETag(String tag) {
        return with(HttpHeaderNames.ETAG, "\"" + tag + "\"");
    }

    Answer with(CharSequence header, String value) {
        List<Map.Entry<CharSequence, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(header, value));
        return new Answer(status, List.copyOf(more), contentType, body, last);
    }

    Answer asLast() {
        return new Answer(status, headers, contentType, body, true);
    }
}
