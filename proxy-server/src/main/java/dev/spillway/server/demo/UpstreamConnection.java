package dev.spillway.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the {@link DemoUpstream}, confined to its thread. Takes one request at a time and does not read on
 * while an answer is being written, so a client that pipelines, or does not read, costs no more than any other. A quiet
 * connection holds no buffer.
 */
final class UpstreamConnection {
    private enum State {
        HEAD,
        BODY,
        ANSWER,
        /** Answered for the last time; what still comes is thrown away, so that no reset overtakes the answer. */
        LINGER
    }

    /** Time for a whole request head, from its first byte: it can't be stretched byte by byte. */
    private static final Duration HEAD_TIME = Duration.ofSeconds(20);

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);
    private static final long LINGER_BYTES = 1 << 20;
    /** Most bytes written for one connection before the next one has its turn. */
    private static final long TURN_BYTES = 1 << 18;

    private static final int FIRST_HEAD_BYTES = 512;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Answers answers;
    private final long idleNanos;

    private State state = State.HEAD;
    private byte @Nullable [] pending;
    private int pendingLength;
    private int scanned;
    private @Nullable Sink sink;
    private @Nullable ByteBuffer answer;
    private long source;
    private long sourceLeft;
    private boolean last;
    private long lingerLeft = LINGER_BYTES;
    private long deadline;

    UpstreamConnection(SocketChannel channel, SelectionKey key, Answers answers, Duration idle, long now) {
        this.channel = channel;
        this.key = key;
        this.answers = answers;
        this.idleNanos = idle.toNanos();
        this.deadline = now + idleNanos;
    }

    /** Whether it has gone without progress for too long; then the loop closes it. */
    boolean expired(long now) {
        return now - deadline > 0;
    }

    /**
     * Moves on as far as the socket lets it.
     *
     * @param scratch the loop's read buffer, shared by all connections
     * @return false when the connection is over
     */
    boolean ready(ByteBuffer scratch, long now) throws IOException {
        if (key.isReadable() && !read(scratch, now)) {
            return false;
        }
        advance(now);
        return key.isValid();
    }

    private boolean read(ByteBuffer scratch, long now) throws IOException {
        scratch.clear();
        if (state == State.HEAD) {
            scratch.limit(RequestHead.MAX_BYTES - pendingLength);
        }
        int count = channel.read(scratch);
        if (count < 0) {
            return false;
        }
        scratch.flip();
        switch (state) {
            case HEAD -> keep(scratch, now);
            case BODY -> {
                if (sink != null) {
                    keep(sink.take(scratch), now);
                }
                deadline = now + idleNanos;
            }
            case LINGER -> {
                lingerLeft -= count;
                return lingerLeft > 0;
            }
            case ANSWER -> throw new IllegalStateException("read while answering");
        }
        return true;
    }

    private void keep(ByteBuffer bytes, long now) {
        if (!bytes.hasRemaining()) {
            return;
        }
        int length = pendingLength + bytes.remaining();
        byte[] room = pending;
        if (room == null) {
            room = new byte[Math.max(FIRST_HEAD_BYTES, length)];
            deadline = now + Math.min(idleNanos, HEAD_TIME.toNanos());
        } else if (room.length < length) {
            room = Arrays.copyOf(room, Math.max(length, Math.min(2 * room.length, RequestHead.MAX_BYTES)));
        }
        bytes.get(room, pendingLength, bytes.remaining());
        pending = room;
        pendingLength = length;
    }

    private void advance(long now) throws IOException {
        boolean more = true;
        while (more) {
            more = switch (state) {
                case HEAD -> takeHead(now);
                case BODY -> takeBody();
                case ANSWER -> write(now);
                case LINGER -> until(SelectionKey.OP_READ);
            };
        }
    }

    private boolean takeHead(long now) {
        byte[] bytes = pending;
        if (bytes == null) {
            return until(SelectionKey.OP_READ);
        }
        int end = RequestHead.end(bytes, scanned, pendingLength);
        scanned = pendingLength;
        try {
            if (end < 0) {
                if (pendingLength < RequestHead.MAX_BYTES) {
                    return until(SelectionKey.OP_READ);
                }
                throw new BadRequest(431, "request head over " + RequestHead.MAX_BYTES + " bytes");
            }
            RequestHead head = RequestHead.parse(bytes, end);
            drop(end);
            start(head);
        } catch (BadRequest e) {
            begin(answers.refusal(e), true);
        }
        deadline = now + idleNanos;
        return true;
    }

    private void start(RequestHead head) throws BadRequest {
        if (head.path().equals("/sink")
                && (head.method().equals("POST") || head.method().equals("PUT"))) {
            sink = new Sink(head);
            state = State.BODY;
            if (head.expectsContinue()) {
                answer = answers.goOn();
            }
            return;
        }
        if (head.contentLength() > 0) {
            throw new BadRequest(413, "a body is taken at /sink only");
        }
        source = 0;
        sourceLeft = answers.sourceBytes(head);
        begin(answers.answer(head, peer()), !head.keepAlive());
    }

    private boolean takeBody() throws IOException {
        Sink body = sink;
        if (body == null) {
            throw new IllegalStateException("no sink");
        }
        ByteBuffer interim = answer;
        if (interim != null) {
            channel.write(interim);
            if (interim.hasRemaining()) {
                throw new IOException("no room for 25 bytes: the peer does not read what it asked for");
            }
            answer = null;
        }
        byte[] early = pending;
        if (early != null) {
            ByteBuffer bytes = ByteBuffer.wrap(early, 0, pendingLength);
            drop(pendingLength - body.take(bytes).remaining());
        }
        if (!body.complete()) {
            return until(SelectionKey.OP_READ);
        }
        sink = null;
        begin(answers.taken(body), !body.head().keepAlive());
        return true;
    }

    private void begin(ByteBuffer bytes, boolean closeAfter) {
        answer = bytes;
        last = closeAfter;
        state = State.ANSWER;
    }

    private boolean write(long now) throws IOException {
        long turn = TURN_BYTES;
        ByteBuffer bytes = answer;
        if (bytes != null) {
            if (channel.write(bytes) > 0) {
                deadline = now + idleNanos;
            }
            if (bytes.hasRemaining()) {
                return until(SelectionKey.OP_WRITE);
            }
            answer = null;
        }
        while (sourceLeft > 0) {
            int wanted = answers.source(source, sourceLeft).remaining();
            int count = channel.write(answers.source(source, sourceLeft));
            source += count;
            sourceLeft -= count;
            turn -= count;
            if (count > 0) {
                deadline = now + idleNanos;
            }
            if (count < wanted || turn <= 0 && sourceLeft > 0) {
                return until(SelectionKey.OP_WRITE);
            }
        }
        return finish(now);
    }

    private boolean finish(long now) throws IOException {
        if (last) {
            pending = null;
            channel.shutdownOutput();
            deadline = now + LINGER_TIME.toNanos();
            state = State.LINGER;
        } else {
            state = State.HEAD;
        }
        return true;
    }

    private void drop(int count) {
        pendingLength -= count;
        scanned = 0;
        byte[] bytes = pending;
        if (pendingLength == 0 || bytes == null) {
            pending = null;
        } else {
            System.arraycopy(bytes, count, bytes, 0, pendingLength);
        }
    }

    private boolean until(int interest) {
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
        return false;
    }

    private InetSocketAddress peer() {
        try {
            SocketAddress address = channel.getRemoteAddress();
            return address instanceof InetSocketAddress inet ? inet : InetSocketAddress.createUnresolved("unknown", 0);
        } catch (IOException e) {
            return InetSocketAddress.createUnresolved("unknown", 0); // gone meanwhile; the next write tells
        }
    }
}
