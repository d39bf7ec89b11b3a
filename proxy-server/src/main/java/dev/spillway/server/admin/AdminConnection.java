package dev.spillway.server.admin;

import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;

import dev.spillway.server.metrics.AdminTraffic;
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
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client of the admin plane: one request at a time, each step with a deadline.
 *
 * <p>Nothing is read while an answer is under way. The answer goes out one piece after the other, each a buffer of its
 * own on the heap, none larger than {@value #PIECE} bytes: the JDK copies what it sends into a direct buffer that it keeps
 * for the thread, so that one of that size, there since the first request, is all the direct memory this ever takes.
 */
final class AdminConnection extends SimpleChannelInboundHandler<HttpObject> {
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
    private final Reception reception;
    private final Changes changes;
    private final RefusalLog refusals;
    private final AdminTraffic traffic;
    private final long idleMillis;

    private Step step = Step.WAITING;
    private @Nullable Future<?> deadline;
    private @Nullable Upload upload;
    private int lingered;

    /** What came in one read with the request being answered. Nothing more is read until it is answered too. */
    private final Queue<HttpObject> pipelined = new ArrayDeque<>();

    /** A change whose body has not come in whole. */
    private record Upload(HttpRequest head, ChangeCall call, RequestBody body) {}

    private enum Step {
        /** No byte of a request yet. */
        WAITING,
        /** Some bytes of a request, of its body too. */
        ARRIVING,
        /** A request is being carried out or answered. */
        ANSWERING,
        /** The last answer is out; the client is to close. */
        LINGERING
    }

    AdminConnection(
            Channel channel,
            Admission admission,
            Reception reception,
            Changes changes,
            RefusalLog refusals,
            AdminTraffic traffic,
            long idleMillis) {
        this.channel = channel;
        this.admission = admission;
        this.reception = reception;
        this.changes = changes;
        this.refusals = refusals;
        this.traffic = traffic;
        this.idleMillis = idleMillis;
    }

    /** All handlers of a connection, in their order. */
    void install() {
        channel.pipeline()
                .addLast("arrival", new Arrival())
                .addLast("requests", new RequestDecoder(PIECE))
                .addLast("answers", new HttpResponseEncoder())
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
        dropPipelined();
        endUpload();
        ctx.fireChannelInactive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (step == Step.ANSWERING) {
            pipelined.add(ReferenceCountUtil.retain(message));
        } else {
            take(ctx, message);
        }
    }

    private void take(ChannelHandlerContext ctx, HttpObject message) {
        Upload running = upload;
        if (step == Step.LINGERING) {
            return;
        }
        if (message instanceof HttpRequest head) {
            begin(ctx, head);
        } else if (running != null && message instanceof HttpContent part) {
            // Any other content ends a request without a body, or is one that was refused with its head.
            body(ctx, running, part);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest head) {
        Route route = route(head);
        if (route instanceof Route.Now now) {
            works();
            answer(ctx, head, now.answer());
        } else if (route instanceof Route.AfterBody change) {
            upload = new Upload(head, change.call(), new RequestBody(traffic));
            if (HttpUtil.is100ContinueExpected(head)) {
                FullHttpResponse goOn =
                        new DefaultFullHttpResponse(HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
                ctx.writeAndFlush(goOn, ctx.voidPromise());
            }
        }
    }

    private void body(ChannelHandlerContext ctx, Upload running, HttpContent part) {
        if (part.decoderResult().isFailure()) {
            refusals.refused(Refusal.BAD_REQUEST);
            refuse(ctx, running, Answer.problem(HttpResponseStatus.BAD_REQUEST, "body: not readable", "proper chunks"));
        } else if (!running.body().add(part.content())) {
            ChangeForm.tooLarge().ifPresent(answer -> refuse(ctx, running, answer));
        } else if (part instanceof LastHttpContent) {
            upload = null;
            works();
            noDeadline();
            changes.submit(running.call(), running.body(), answer -> {
                running.body().end();
                // Nothing is read meanwhile, but a server that ends closes it.
                if (channel.isActive()) {
                    answer(ctx, running.head(), answer);
                }
            });
        }
    }

    /** Answers before the end of the body, the rest of which nobody wants. */
    private void refuse(ChannelHandlerContext ctx, Upload running, Answer answer) {
        endUpload();
        works();
        answer(ctx, running.head(), answer.asLast());
    }

    private void endUpload() {
        Upload running = upload;
        if (running != null) {
            running.body().end();
            upload = null;
        }
    }

    private void works() {
        step = Step.ANSWERING;
        admission.works(this);
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest request, Answer answer) {
        within(ANSWER_MILLIS, Refusal.SLOW_READER);
        send(ctx, request, answer);
    }

    private void next(ChannelHandlerContext ctx) {
        step = Step.WAITING;
        while (step == Step.WAITING && !pipelined.isEmpty()) {
            HttpObject message = pipelined.remove();
            try {
                take(ctx, message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
        if (step != Step.WAITING) {
            return;
        }
        admission.waits(this);
        if (upload == null) {
            deadline(idleMillis, channel::close);
        } else {
            step = Step.ARRIVING;
            within(REQUEST_MILLIS, Refusal.SLOW_REQUEST);
        }
        ctx.read();
    }

    private void dropPipelined() {
        pipelined.forEach(ReferenceCountUtil::release);
        pipelined.clear();
    }

    private Route route(HttpRequest head) {
        try {
            return reception.route(head, ((InetSocketAddress) channel.remoteAddress()).getAddress());
        } catch (RuntimeException fault) {
            refusals.failed(fault);
            return new Route.Now(Answer.internalError().asLast());
        }
    }

    private void send(ChannelHandlerContext ctx, HttpRequest request, Answer answer) {
        boolean keepAlive = HttpUtil.isKeepAlive(request) && !answer.last();
        HttpResponse head = new DefaultHttpResponse(HTTP_1_1, answer.status());
        answer.headers().forEach(header -> head.headers().add(header.getKey(), header.getValue()));
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff")
                .set("referrer-policy", "no-referrer")
                .set("cross-origin-resource-policy", "same-origin");
        HttpUtil.setKeepAlive(head.headers(), request.protocolVersion(), keepAlive);
        traffic.answered(answer.status().code());
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
            dropPipelined();
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
