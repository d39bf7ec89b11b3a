package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.control.ControlEvent.ExemptAlarm;
import dev.spillway.control.ControlEvent.Restraint;
import dev.spillway.server.FakeProxy;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Words for what the engine does beside closing, and for what it would do. */
class PressureEventsTest {
    @Test
    void aDryRunSaysThatNobodyWasTerminated() {
        Event event = PressureEvents.of(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), true));
        assertThat(event.id()).isEqualTo(EventId.CONNECTIONS_TERMINATED);
        assertThat(event.message())
                .isEqualTo(
                        "High memory utilisation was detected: ledger at 93 % (14880000 of 16000000 bytes; low 70 %, high"
                                + " 90 %). Some existing connections would have been terminated to keep the proxy stable: 12 so"
                                + " far, which cost 1200000 bytes. Episode 3. This is a dry run: nobody was touched.");
        assertThat(event.fields()).containsEntry("dryRun", true);
    }

    @Test
    void theAlarmOfExemptConnectionsNamesListenerBytesAndBudget() {
        Event raised = PressureEvents.of(new ExemptAlarm(true, "office", 17_000_000, 16_000_000));
        assertThat(raised.id().number()).isEqualTo(2005);
        assertThat(raised.severity()).isEqualTo(Level.WARN);
        assertThat(raised.message())
                .isEqualTo(
                        "Connections that MPP may not close, on exempt ports and private or domain networks, take 17000000"
                                + " bytes, more than pressure.exempt-budget = 16000000; most of them came in by listener office."
                                + " MPP can't free any of it.");
        assertThat(raised.fields())
                .containsExactly(
                        entry("listener", "office"), entry("bytes", 17_000_000L), entry("budget", 16_000_000L));

        Event cleared = PressureEvents.of(new ExemptAlarm(false, "", 0, 16_000_000));
        assertThat(cleared.id().number()).isEqualTo(2006);
        assertThat(cleared.severity()).isEqualTo(Level.INFO);
        assertThat(cleared.message()).contains("take 0 bytes now", "pressure.exempt-budget = 16000000");
    }

    @Test
    void restraintSaysWhatItDoesAndWhy() {
        Event on = PressureEvents.of(new Restraint(true, "ledger at 82 %"));
        assertThat(on.id().number()).isEqualTo(2007);
        assertThat(on.message())
                .isEqualTo(
                        "Before anybody is closed, connections that take most are not read and idle timeouts are shorter:"
                                + " ledger at 82 %.");
        assertThat(on.fields())
                .containsExactly(entry("old", "off"), entry("new", "on"), entry("reason", "ledger at 82 %"));
        Event off = PressureEvents.of(new Restraint(false, "ledger at 60 %"));
        assertThat(off.message())
                .isEqualTo("Connections are read and timeouts are as configured again: ledger at 60 %.");
        assertThat(off.fields()).containsEntry("new", "off");
    }
}
