package dev.spillway.server;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What Spillway logs with until its configuration is read; {@code log.level} and {@code log.format} then change it (see
 * {@link Logging}). Whoever wants something else starts the JVM with {@code -Dlogback.configurationFile=FILE}, and
 * {@code log.*} is left alone: logback looks for files first, and asks here if there is none.
 *
 * <p>In code, and not in an XML file: to read one takes an XML parser and half of logback, some 300 classes, before anything else is done.
 */
@ConfiguratorRank(LogDefaults.AFTER_FILES)
public final class LogDefaults extends ContextAwareBase implements Configurator {
    /** Behind logback's own search for files, and before what it does if nobody configures anything. */
    static final int AFTER_FILES = -5;

    private static final int QUEUE = 1024;
    private static final int FLUSH_MILLIS = 2_000;

    /** Called by logback, which finds this class by its name. */
    public LogDefaults() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> console = console(context);
        // Has a thread and a queue of its own, and counts what it has to drop.
        Logger events = context.getLogger("dev.spillway.server.events");
        events.setAdditive(false);
        events.addAppender(console);
        context.getLogger("dev.spillway").setLevel(Level.INFO);
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(behind(console, context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        LogLine layout = new LogLine();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("CONSOLE");
        console.setTarget("System.out");
        console.setEncoder(encoder);
        console.start();
        return console;
    }

    /** A pipe that nobody reads must not stop an event loop: rather a line is lost than traffic. */
    private static AsyncAppender behind(ConsoleAppender<ILoggingEvent> console, LoggerContext context) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("ASYNC");
        queue.setQueueSize(QUEUE);
        queue.setDiscardingThreshold(0);
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(FLUSH_MILLIS);
        queue.addAppender(console);
        queue.start();
        return queue;
    }
}
