package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class FlightRecordingTest {
    private String before;

    @BeforeEach
    void remember() {
        before = System.clearProperty(FlightRecording.PROPERTY);
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(FlightRecording.PROPERTY);
        } else {
            System.setProperty(FlightRecording.PROPERTY, before);
        }
    }

    @Test
    void nettyIsToldToKeepItsEventsToItself() {
        FlightRecording.apply();
        assertThat(System.getProperty(FlightRecording.PROPERTY)).isEqualTo("false");
    }

    @Test
    void whoWantsThemGetsThem() {
        System.setProperty(FlightRecording.PROPERTY, "true");
        FlightRecording.apply();
        assertThat(System.getProperty(FlightRecording.PROPERTY)).isEqualTo("true");
    }
}
