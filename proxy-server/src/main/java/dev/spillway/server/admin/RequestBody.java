package dev.spillway.server.admin;

import dev.spillway.server.metrics.AdminTraffic;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The body of a request, on the heap, counted for as long as it is kept. Filled and ended on the admin plane's loop, and
 * read, once it is whole, on the thread for changes.
 */
final class RequestBody {
    /** Bytes of the largest one. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int FIRST_BYTES = 1024;

    private final AdminTraffic traffic;
    private byte[] bytes = new byte[0];
    private int length;
    private boolean ended;

    RequestBody(AdminTraffic traffic) {
        this.traffic = traffic;
    }

    /** Takes in a part; false if it is one too many, of which nothing is taken. */
    boolean add(ByteBuf part) {
        int more = part.readableBytes();
        if (more > MOST_BYTES - length) {
            return false;
        }
        if (length + more > bytes.length) {
            int room = Math.max(length + more, Math.max(FIRST_BYTES, 2 * bytes.length));
            bytes = Arrays.copyOf(bytes, Math.min(MOST_BYTES, room));
        }
        part.readBytes(bytes, length, more);
        length += more;
        traffic.bodyBytes(more);
        return true;
    }

    /** The first {@link #length} of these are the body. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** It is needed no more. Idempotent. */
    void end() {
        if (!ended) {
            ended = true;
            traffic.bodyBytes(-length);
        }
    }
}
