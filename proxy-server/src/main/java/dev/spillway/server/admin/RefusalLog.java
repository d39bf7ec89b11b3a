package dev.spillway.server.admin;

import dev.spillway.server.metrics.AdminTraffic;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import io.netty.util.concurrent.EventExecutor;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Counts those who were turned away and tells of them in one line for {@value #INTERVAL_SECONDS} seconds, whatever
 * comes. Owned by the admin plane's loop.
 */
final class RefusalLog {
    static final int INTERVAL_SECONDS = 10;

    private static final Logger logger = LoggerFactory.getLogger(AdminServer.class);

    private final AdminTraffic traffic;
    private final EventExecutor loop;
    private final Map<Refusal, Long> untold = new EnumMap<>(Refusal.class);
    private boolean scheduled;
    private long failures;

    RefusalLog(AdminTraffic traffic, EventExecutor loop) {
        this.traffic = traffic;
        this.loop = loop;
    }

    void refused(Refusal why) {
        traffic.refused(why);
        untold.merge(why, 1L, Long::sum);
        if (!scheduled && !loop.isShuttingDown()) {
            scheduled = true;
            loop.schedule(this::tell, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** A request that we failed to answer; its cause is logged, once for an interval. */
    void failed(Throwable cause) {
        if (failures++ == 0) {
            logger.atError().setCause(cause).log("admin: a request failed");
            loop.schedule(this::tellFailures, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void tellFailures() {
        if (failures > 1) {
            logger.atError()
                    .addKeyValue("seconds", INTERVAL_SECONDS)
                    .log("admin: {} more requests failed", failures - 1);
        }
        failures = 0;
    }

    private void tell() {
        scheduled = false;
        LoggingEventBuilder line = logger.atWarn();
        for (Map.Entry<Refusal, Long> reason : untold.entrySet()) {
            line = line.addKeyValue(reason.getKey().label(), reason.getValue());
        }
        line.addKeyValue("seconds", INTERVAL_SECONDS)
                .log(
                        "admin: {} connections or requests were turned away",
                        untold.values().stream().mapToLong(Long::longValue).sum());
        untold.clear();
    }
}
