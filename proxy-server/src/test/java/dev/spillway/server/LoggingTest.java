package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.spillway.server.config.LogSettings;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.LoggerFactory;

/** What the process tests in {@link TerminationIT} do not reach. */
class LoggingTest {
    private final LoggerContext shipped = new LoggerContext();

    @BeforeEach
    void configure() {
        LogDefaults defaults = new LogDefaults();
        defaults.setContext(shipped);
        assertThat(defaults.configure(shipped)).isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
    }

    @AfterEach
    void stop() {
        shipped.stop();
    }

    /** Without this logback would take its own: everything, down to DEBUG. */
    @Test
    void logbackFindsWhatShips() {
        assertThat(ServiceLoader.load(Configurator.class))
                .anySatisfy(found -> assertThat(found).isInstanceOf(LogDefaults.class));
    }

    @Test
    void whatShipsIsInfoForSpillwayAndWarningsForLibraries() {
        assertThat(shipped.getLogger("dev.spillway.any").getEffectiveLevel()).isEqualTo(Level.INFO);
        assertThat(shipped.getLogger("io.netty.any").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void theLevelIsSpillwaysOwnAndLibrariesStayAtWarnings() {
        Logging.apply(new LogSettings(org.slf4j.event.Level.TRACE, LogSettings.Format.TEXT), shipped);
        assertThat(shipped.getLogger("dev.spillway.any").getEffectiveLevel()).isEqualTo(Level.TRACE);
        assertThat(shipped.getLogger("dev.spillway.server.events.any").getEffectiveLevel())
                .isEqualTo(Level.TRACE);
        assertThat(shipped.getLogger("io.netty.any").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void aConfigurationOfTheOperatorsOwnIsLeftAlone() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Level before = context.getLogger("dev.spillway").getLevel();
        System.setProperty("logback.configurationFile", "own.xml");
        try {
            Logging.apply(new LogSettings(org.slf4j.event.Level.TRACE, LogSettings.Format.JSON));
            assertThat(context.getLogger("dev.spillway").getLevel()).isEqualTo(before);
        } finally {
            System.clearProperty("logback.configurationFile");
        }
    }

    @Test
    void theEndDoesNotWaitForAnAppenderThatIsStuck() {
        CountDownLatch stopping = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AppenderBase<ILoggingEvent> stuck = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {}

            @Override
            public void stop() {
                stopping.countDown();
                try {
                    never.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        LoggerContext context = new LoggerContext();
        stuck.setContext(context);
        stuck.start();
        context.getLogger("stuck").addAppender(stuck);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Logging.close(context));
        assertThat(stopping.getCount()).as("it was asked to stop, and did not").isZero();
        never.countDown();
    }
}
