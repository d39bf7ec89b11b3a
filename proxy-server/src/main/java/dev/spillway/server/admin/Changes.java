package dev.spillway.server.admin;

import dev.spillway.server.metrics.AdminTraffic.Refusal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where changes are made: one after the other on a thread of their own, because they may wait for a disk and the loop of
 * the admin plane must not. Few may wait, and none for long.
 *
 * <p>A client is told at its deadline what is true then: that a change which had not begun never will, or that one which
 * is under way may still happen.
 */
final class Changes implements AutoCloseable {
    /** That wait while one is made. */
    static final int MOST_WAITING = 16;

    /** From the last byte of a request until its client is told something. */
    static final long DEADLINE_MILLIS = 30_000;

    private static final long CLOSE_MILLIS = 5_000;
    private static final Logger logger = LoggerFactory.getLogger(AdminServer.class);

    private final EventExecutor loop;
    private final RefusalLog refusals;
    private final long deadlineMillis;
    private final ThreadPoolExecutor thread;

    /**
     * Starts the thread, so that it is there when there is no memory for one.
     *
     * @param loop that of the admin plane
     * @param deadlineMillis positive
     */
    Changes(EventExecutor loop, RefusalLog refusals, long deadlineMillis) {
        this.loop = loop;
        this.refusals = refusals;
        this.deadlineMillis = deadlineMillis;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), Changes::thread);
        thread.prestartAllCoreThreads();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(
                () -> {
                    ChangeBody.load();
                    work.run();
                },
                "spillway-changes");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Has a change made. Called on the loop.
     *
     * @param then is told once, on the loop, what to say to the client
     */
    void submit(ChangeCall call, RequestBody body, Consumer<Answer> then) {
        Pending pending = new Pending(call, body, then);
        try {
            thread.execute(pending);
        } catch (RejectedExecutionException full) {
            refusals.refused(Refusal.BUSY);
            pending.answer(notMade("changes: " + MOST_WAITING + " wait already", "the same again, later"));
            return;
        }
        pending.deadline = loop.schedule(pending::expire, deadlineMillis, TimeUnit.MILLISECONDS);
    }

    private static Answer notMade(String error, String expected) {
        return Answer.problem(HttpResponseStatus.SERVICE_UNAVAILABLE, error, expected + "; nothing changed")
                .with(HttpHeaderNames.RETRY_AFTER, "1");
    }

    private enum State {
        WAITING,
        UNDER_WAY,
        GIVEN_UP
    }

    private final class Pending implements Runnable {
        private final ChangeCall call;
        private final RequestBody body;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        /** Null once it was told; owned by the loop, as is the deadline. */
        private @Nullable Consumer<Answer> then;

        private @Nullable Future<?> deadline;

        Pending(ChangeCall call, RequestBody body, Consumer<Answer> then) {
            this.call = call;
            this.body = body;
            this.then = then;
        }

        @Override
        public void run() {
            if (state.compareAndSet(State.WAITING, State.UNDER_WAY)) {
                Answer answer = make();
                onLoop(() -> made(answer));
            }
        }

        /** Whatever fails: this thread is the only one, and somebody waits. */
        @SuppressWarnings("CatchAndPrintStackTrace")
        private Answer make() {
            try {
                return call.answer(body);
            } catch (RuntimeException | Error fault) {
                onLoop(() -> refusals.failed(fault));
                return Answer.internalError();
            }
        }

        private void made(Answer answer) {
            if (then == null) {
                logger.atWarn()
                        .addKeyValue("status", answer.status().code())
                        .log(
                                "admin: {} of {} ended after more than {} ms; it had been told that this may happen",
                                call.path(),
                                call.principal().text(),
                                deadlineMillis);
            }
            answer(answer);
        }

        private void expire() {
            if (giveUp()) {
                thread.remove(this);
                answer(notMade(
                        "changes: this one did not begin within " + deadlineMillis + " ms",
                        "the same again, later; the one before it takes long"));
            } else {
                answer(Answer.problem(
                        HttpResponseStatus.GATEWAY_TIMEOUT,
                        "changes: this one did not end within " + deadlineMillis + " ms",
                        "a look at what holds now: it is under way, and may still happen"));
            }
        }

        private boolean giveUp() {
            return state.compareAndSet(State.WAITING, State.GIVEN_UP);
        }

        private void answer(Answer answer) {
            Future<?> running = deadline;
            if (running != null) {
                running.cancel(false);
                deadline = null;
            }
            Consumer<Answer> client = then;
            then = null;
            if (client != null) {
                client.accept(answer);
            }
        }
    }

    private void onLoop(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException over) {
            // The admin plane has ended, and with it whoever waited for this.
        }
    }

    /**
     * Lets a change that is under way end, since half of one is worse than either, and gives up those that wait. Blocks for
     * some seconds at most. Idempotent.
     */
    @Override
    public void close() {
        List<Runnable> waiting = new ArrayList<>();
        thread.getQueue().drainTo(waiting);
        thread.shutdown();
        for (Runnable each : waiting) {
            Pending pending = (Pending) each;
            if (pending.giveUp()) {
                onLoop(() -> pending.answer(notMade("changes: the proxy ends", "the same after its restart")));
            }
        }
        try {
            if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                logger.atWarn().log("admin: a change is still under way after {} ms; it is left behind", CLOSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
