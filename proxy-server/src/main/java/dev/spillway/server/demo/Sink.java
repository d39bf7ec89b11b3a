package dev.spillway.server.demo;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The body of one request to {@code /sink}: counted, digested, thrown away. */
final class Sink {
    private final RequestHead head;
    private final MessageDigest digest;
    private long left;

    /** @throws BadRequest if the body is larger than this takes */
    Sink(RequestHead head) throws BadRequest {
        if (head.contentLength() > Answers.MAX_BODY) {
            throw new BadRequest(413, "a body may have " + Answers.MAX_BODY + " bytes here");
        }
        this.head = head;
        this.left = head.contentLength();
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes what belongs to the body; what remains in {@code bytes} belongs to the next request. */
    ByteBuffer take(ByteBuffer bytes) {
        int limit = bytes.limit();
        int mine = (int) Math.min(left, bytes.remaining());
        bytes.limit(bytes.position() + mine);
        digest.update(bytes);
        bytes.limit(limit);
        left -= mine;
        return bytes;
    }

    boolean complete() {
        return left == 0;
    }

    RequestHead head() {
        return head;
    }

    /** The SHA-256 in hex; once, when {@link #complete()}. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
