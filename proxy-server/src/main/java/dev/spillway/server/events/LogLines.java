package dev.spillway.server.events;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes events as log lines: the message first, then id, name, sequence and fields as key-value pairs. */
final class LogLines implements EventWriter.Outlet {
    private static final Logger logger = LoggerFactory.getLogger(EventLog.class);

    @Override
    public boolean write(LoggedEvent logged, int count, long dropped) {
        Event event = logged.event();
        LoggingEventBuilder line = logger.atLevel(event.severity())
                .addKeyValue("event", event.id().number())
                .addKeyValue("name", event.id().label())
                .addKeyValue("sequence", logged.sequence());
        if (event.id() == EventId.EPOCH_STARTED) {
            line = line.addKeyValue("count", count);
        }
        if (dropped > 0) {
            line = line.addKeyValue("droppedLines", dropped);
        }
        for (var field : event.fields().entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(event.message());
        return true;
    }
}
