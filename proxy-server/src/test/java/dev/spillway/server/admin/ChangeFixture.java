package dev.spillway.server.admin;

import dev.spillway.BindFailure;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An admin plane where {@code PATCH /api/v1/status} and {@code POST /change} tell what they were asked. */
final class ChangeFixture implements AutoCloseable {
    static final String PATCHED = "/api/v1/status";
    static final String POSTED = "/change";
    private static final long HOLD_SECONDS = 60;

    final AdminFixture admin;

    /** The bodies of the changes that were made, in order. */
    final List<String> made = new CopyOnWriteArrayList<>();

    /** Each change waits for it, if there is one. */
    volatile @Nullable CountDownLatch hold;

    /** What each change fails with, if anything. */
    volatile @Nullable Error failure;

    /** What a change was asked. */
    record Asked(String path, String who, String ifMatch, String body) {}

    ChangeFixture(AdminSettings settings, long changeMillis) throws BindFailure {
        admin = new AdminFixture(settings, changeMillis, endpoints -> {
            endpoints.change(PATCHED, HttpMethod.PATCH, this::apply);
            endpoints.change(POSTED, HttpMethod.POST, this::apply);
        });
    }

    static ChangeFixture open() throws BindFailure {
        return new ChangeFixture(AdminFixture.open(), Changes.DEADLINE_MILLIS);
    }

    private Answer apply(ChangeRequest request) throws BadRequest {
        made.add(request.body().toString());
        await();
        Error fault = failure;
        if (fault != null) {
            throw fault;
        }
        if (request.body().has("refuse")) {
            throw BadRequest.of("refuse: true", "false");
        }
        return Answer.json(new Asked(
                        request.path(),
                        request.principal().text(),
                        request.ifMatch().orElse("none"),
                        request.body().toString()))
                .withETag("18");
    }

    private void await() {
        CountDownLatch latch = hold;
        try {
            if (latch != null && !latch.await(HOLD_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let it go on");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted in the middle of a change", interrupted);
        }
    }

    InetSocketAddress address() {
        return admin.address();
    }

    /** A request as an honest client sends it, with further headers. */
    static String post(String body, String... headers) {
        return postTo(POSTED, body, headers);
    }

    /** The same to another path. */
    static String postTo(String path, String body, String... headers) {
        return json("POST " + path, body, headers);
    }

    /** The same with another method. */
    static String json(String methodAndPath, String body, String... headers) {
        return head(methodAndPath, headers) + "Content-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    /** The lines of a request up to its content. */
    static String head(String methodAndPath, String... headers) {
        StringBuilder lines = new StringBuilder(methodAndPath).append(" HTTP/1.1\r\nHost: localhost:9901\r\n");
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.toString();
    }

    @Override
    public void close() {
        admin.close();
    }
}
