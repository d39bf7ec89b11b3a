package dev.spillway.server.admin;

import dev.spillway.server.metrics.AdminTraffic.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of the admin plane: one request at a time, each step with a deadline.
 *
 * <p>Nothing is read while an answer is under way. The answer goes out one piece after the other, each a buffer of its
 * own on the heap, none larger than {@value #PIECE} bytes: the JDK copies what it sends into a direct buffer that it keeps
 * for the thread, so that one of that size, there since the first request, is all the direct memory this ever takes.
 */
final class AdminConnection extends SimpleChannelInboundHandler<HttpObject> {
    static final int MAX_LINE = 4096;
    static final int MAX_HEADERS = 8192;

    /** Bytes of one write. */
    static final int PIECE = 8192;

    /** For a request to arrive, from its first byte to its last, and for the first byte after connecting. */
    static final long REQUEST_MILLIS = 5_000;

    /** For an answer to be taken. */
    static final long ANSWER_MILLIS = 10_000;

    /** For a client to close after our last word; closing first would reset what it has not read yet. */
    static final long LINGER_MILLIS = 1_000;

    /** What a client may still send in that time. */
    private static final int LINGER_BYTES = 256 * 1024;

    private final Channel channel;
    private final Admission admission;
    private final RequestGuard guard;
    private final Endpoints endpoints;
    private final RefusalLog refusals;
    private final IntConsumer answered;
    private final long idleMillis;

    private Step step = Step.WAITING;
    private @Nullable Future<?> deadline;
    private int lingered;

    /** Requests that came in one read with the one being answered. Nothing more is read until they are answered. */
    private final Queue<HttpRequest> pipelined = new ArrayDeque<>();

    private enum Step {
        /** No byte of a request yet. */
        WAITING,
        /** Some bytes of a request. */
        ARRIVING,
        /** A request is being answered. */
        ANSWERING,
        /** The last answer is out; the client is to close. */
        LINGERING
    }

    AdminConnection(
            Channel channel,
            Admission admission,
            RequestGuard guard,
            Endpoints endpoints,
            RefusalLog refusals,
            IntConsumer answered,
            long idleMillis) {
        this.channel = channel;
        this.admission = admission;
        this.guard = guard;
        this.endpoints = endpoints;
        this.refusals = refusals;
        this.answered = answered;
        this.idleMillis = idleMillis;
    }

    /** All handlers of a connection, in their order. */
    void install() {
        HttpDecoderConfig http = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(PIECE)
                .setValidateHeaders(true)
                .setStrictLineParsing(true);
        channel.pipeline()
                .addLast("arrival", new Arrival())
                .addLast("http", new HttpServerCodec(http))
                .addLast("exchange", this);
    }

    /** Sees bytes before they are a request: the clock of a request starts here, and what lingers ends here. */
    private final class Arrival extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (step == Step.LINGERING) {
                lingered += ((ByteBuf) message).readableBytes();
                ReferenceCountUtil.release(message);
                if (lingered > LINGER_BYTES) {
                    reset();
                }
                return;
            }
            if (step == Step.WAITING) {
                // It goes on waiting for its place: half a request must not keep one that a whole request needs.
                step = Step.ARRIVING;
                within(REQUEST_MILLIS, Refusal.SLOW_REQUEST);
            }
            ctx.fireChannelRead(message);
        }

        /** Asks for more where what came was not yet a request. */
        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.fireChannelReadComplete();
            if (step == Step.ARRIVING) {
                ctx.read();
            }
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!admission.enter(this)) {
            reset();
            return;
        }
        admission.waits(this);
        within(REQUEST_MILLIS, Refusal.SLOW_REQUEST);
        ctx.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        noDeadline();
        admission.leave(this);
        ctx.fireChannelInactive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        // Anything else is a body, and a request with a body is refused by its head.
        if (message instanceof HttpRequest request && step != Step.LINGERING) {
            if (step == Step.ANSWERING) {
                pipelined.add(request);
            } else {
                serve(ctx, request);
            }
        }
    }

    private void serve(ChannelHandlerContext ctx, HttpRequest request) {
        step = Step.ANSWERING;
        admission.works(this);
        within(ANSWER_MILLIS, Refusal.SLOW_READER);
        send(ctx, request, answer(request));
    }

    private void next(ChannelHandlerContext ctx) {
        HttpRequest request = pipelined.poll();
        if (request != null) {
            serve(ctx, request);
            return;
        }
        step = Step.WAITING;
        admission.waits(this);
        deadline(idleMillis, channel::close);
        ctx.read();
    }

    private Answer answer(HttpRequest request) {
        try {
            return guard.refuse(request).orElseGet(() -> endpoints.answer(request.uri()));
        } catch (RuntimeException fault) {
            refusals.failed(fault);
            return Answer.problem(
                            HttpResponseStatus.INTERNAL_SERVER_ERROR,
                            "internal error",
                            "an answer; the log of the proxy says why there is none")
                    .asLast();
        }
    }

    private void send(ChannelHandlerContext ctx, HttpRequest request, Answer answer) {
        boolean keepAlive = HttpUtil.isKeepAlive(request) && !answer.last();
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status());
        answer.headers().forEach(header -> head.headers().add(header.getKey(), header.getValue()));
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff")
                .set("referrer-policy", "no-referrer")
                .set("cross-origin-resource-policy", "same-origin");
        HttpUtil.setKeepAlive(head.headers(), request.protocolVersion(), keepAlive);
        answered.accept(answer.status().code());
        byte[] body = HttpMethod.HEAD.equals(request.method()) ? new byte[0] : answer.body();
        ctx.writeAndFlush(head).addListener(sent -> sendBody(ctx, body, 0, keepAlive, sent));
    }

    private void sendBody(ChannelHandlerContext ctx, byte[] body, int from, boolean keepAlive, Future<?> before) {
        if (!before.isSuccess()) {
            channel.close();
            return;
        }
        int length = Math.min(PIECE, body.length - from);
        if (length == 0) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(sent -> sent(ctx, keepAlive, sent));
        } else {
            ChannelFuture piece = ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(body, from, length)));
            piece.addListener(sent -> sendBody(ctx, body, from + length, keepAlive, sent));
        }
    }

    private void sent(ChannelHandlerContext ctx, boolean keepAlive, Future<?> last) {
        if (!last.isSuccess()) {
            channel.close();
        } else if (keepAlive) {
            // Not from here: a burst of requests would be a recursion as deep, and others would wait for all of it.
            ctx.executor().execute(() -> next(ctx));
        } else {
            step = Step.LINGERING;
            pipelined.clear();
            admission.waits(this);
            deadline(LINGER_MILLIS, this::reset);
            ((DuplexChannel) channel).shutdownOutput();
            channel.config().setAutoRead(true);
        }
    }

    private void within(long millis, Refusal otherwise) {
        deadline(millis, () -> {
            refusals.refused(otherwise);
            reset();
        });
    }

    private void deadline(long millis, Runnable then) {
        noDeadline();
        deadline = channel.eventLoop().schedule(then, millis, TimeUnit.MILLISECONDS);
    }

    private void noDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    /** Closes so that the kernel keeps nothing of it. */
    private void reset() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    /** Closes it to make room for another one. */
    void close() {
        reset();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CodecException) {
            // More requests in one read than a client that waits for answers would send.
            refusals.refused(Refusal.BAD_REQUEST);
        } else if (!(cause instanceof IOException)) {
            refusals.failed(cause);
        }
        reset();
    }
}
