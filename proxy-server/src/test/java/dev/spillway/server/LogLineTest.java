package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

/** Held to the pattern of logback's that it stands for. */
class LogLineTest {
    private final LoggerContext context = new LoggerContext();
    private final PatternLayout pattern = new PatternLayout();
    private final LogLine line = new LogLine();

    @BeforeEach
    void start() {
        pattern.setContext(context);
        pattern.setPattern(
                "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0} - %msg%replace( %kvp){'^ $', ''}%n");
        pattern.start();
        line.setContext(context);
        line.start();
    }

    private LoggingEvent event(String logger, Level level, Throwable thrown) {
        Logger source = context.getLogger(logger);
        return new LoggingEvent("any", source, level, "to {}", thrown, new Object[] {"10.0.0.1:80"});
    }

    private void assertSame(LoggingEvent event) {
        assertThat(line.doLayout(event)).isEqualTo(pattern.doLayout(event));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "INFO", "WARN", "ERROR"})
    void everyLevelHasTheSameWidth(String level) {
        assertSame(event("dev.spillway.Proxy", Level.valueOf(level), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proxy", "a.b.C$D", "ROOT"})
    void theLoggerIsNamedByItsClass(String logger) {
        assertSame(event(logger, Level.INFO, null));
    }

    @Test
    void pairsFollowTheMessage() {
        LoggingEvent event = event("dev.spillway.Proxy", Level.INFO, null);
        event.setKeyValuePairs(List.of(
                new KeyValuePair("event", 1001),
                new KeyValuePair("who", "alice \"a\""),
                new KeyValuePair("none", null)));
        assertSame(event);
        assertThat(line.doLayout(event)).contains("to 10.0.0.1:80 event=\"1001\" who=");
    }

    @Test
    void whatWasThrownIsToldWithItsCausesAndWhatWasSuppressed() {
        IllegalStateException thrown = new IllegalStateException("outer", new RuntimeException("inner\nof two lines"));
        thrown.addSuppressed(new RuntimeException("aside"));
        LoggingEvent event = event("dev.spillway.Proxy", Level.ERROR, thrown);
        assertSame(event);
        assertThat(line.doLayout(event)).contains("outer", "Caused by:", "inner", "Suppressed:", "aside");
    }

    @Test
    void aTimeOfTheNextSecondIsNotThatOfTheLast() {
        LoggingEvent first = event("dev.spillway.Proxy", Level.INFO, null);
        LoggingEvent second = event("dev.spillway.Proxy", Level.INFO, null);
        first.setTimeStamp(1_700_000_000_999L);
        second.setTimeStamp(1_700_000_001_000L);
        assertSame(first);
        assertSame(second);
        assertThat(line.doLayout(first)).contains(".999");
    }
}
