package dev.spillway.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.spillway.server.config.LogSettings;
import org.slf4j.LoggerFactory;

/** Makes the log what the configuration says. */
final class Logging {
    /** Where logback looks for a configuration other than ours. */
    private static final String OWN_CONFIGURATION = "logback.configurationFile";

    private static final long CLOSE_MILLIS = 2_000;

    private Logging() {}

    /** Sets level and format; does nothing for an operator who brought a logback configuration along. */
    static void apply(LogSettings settings) {
        if (System.getProperty(OWN_CONFIGURATION) == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(settings, context);
        }
    }

    /** Sets the level alone, while the log is written. */
    static void level(LogSettings settings) {
        if (System.getProperty(OWN_CONFIGURATION) == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            level(settings, context);
        }
    }

    private static void level(LogSettings settings, LoggerContext context) {
        context.getLogger("dev.spillway").setLevel(Level.convertAnSLF4JLevel(settings.level()));
    }

    static void apply(LogSettings settings, LoggerContext context) {
        level(settings, context);
        if (settings.format() == LogSettings.Format.JSON) {
            // The console hangs on this logger directly, and behind the asynchronous one; it is the same appender.
            Logger direct = context.getLogger("dev.spillway.server.events");
            for (var each = direct.iteratorForAppenders(); each.hasNext(); ) {
                if (each.next() instanceof ConsoleAppender<ILoggingEvent> console) {
                    json(console, context);
                }
            }
        }
    }

    private static void json(ConsoleAppender<ILoggingEvent> console, LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithArguments(false);
        encoder.setWithMessage(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        console.stop();
        console.setEncoder(encoder);
        console.start();
    }

    /**
     * Writes what waits, for two seconds at most. Nothing is logged after it. Stopping takes the lock of the stream, and
     * whoever writes to a terminal that is held or a pipe that is full keeps it: so it is left to a thread that need not
     * come to its end.
     */
    static void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            close(context);
        }
    }

    static void close(LoggerContext context) {
        Thread stopping = new Thread(context::stop, "spillway-log-end");
        stopping.setDaemon(true);
        stopping.start();
        try {
            stopping.join(CLOSE_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
