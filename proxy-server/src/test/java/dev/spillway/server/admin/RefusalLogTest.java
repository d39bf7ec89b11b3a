package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.spillway.server.metrics.AdminTraffic;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(AdminServer.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final AdminTraffic traffic = new AdminTraffic();
    private final RefusalLog refusals = new RefusalLog(traffic, loop.eventLoop());

    @BeforeEach
    void listen() {
        loop.freezeTime();
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        loop.finishAndReleaseAll();
    }

    @Test
    void whateverComesThereIsOneLineForAnInterval() {
        for (int i = 0; i < 1_000; i++) {
            refusals.refused(Refusal.BAD_REQUEST);
            refusals.refused(Refusal.WRONG_HOST);
        }
        assertThat(lines.list).isEmpty();

        pass(RefusalLog.INTERVAL_SECONDS);

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.get(0).getFormattedMessage())
                .isEqualTo("admin: 2000 connections or requests were turned away");
        assertThat(lines.list.get(0).getKeyValuePairs().toString())
                .contains("wrong-host=\"1000\"", "bad-request=\"1000\"");
        assertThat(traffic.refusals()).containsEntry(Refusal.BAD_REQUEST, 1_000L);
    }

    @Test
    void whereNobodyIsTurnedAwayThereIsNoLine() {
        refusals.refused(Refusal.SLOW_REQUEST);
        pass(RefusalLog.INTERVAL_SECONDS);
        pass(10 * RefusalLog.INTERVAL_SECONDS);

        assertThat(lines.list).hasSize(1);
    }

    @Test
    void theFirstFaultOfAnIntervalIsLoggedWithItsCauseTheOthersAreCounted() {
        for (int i = 0; i < 500; i++) {
            refusals.failed(new IllegalStateException("fault " + i));
        }
        pass(RefusalLog.INTERVAL_SECONDS);
        refusals.failed(new IllegalStateException("later"));

        List<String> messages =
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(messages)
                .containsExactly(
                        "admin: a request failed", "admin: 499 more requests failed", "admin: a request failed");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("fault 0");
    }

    private void pass(long seconds) {
        loop.advanceTimeBy(seconds, TimeUnit.SECONDS);
        loop.runScheduledPendingTasks();
    }
}
