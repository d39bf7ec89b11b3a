package dev.spillway.server.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.client.Json;
import dev.spillway.server.client.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The screens about who is closed, who would be and who was, and what is done before. */
class PressureScreensTest {
    private static Node node(String text) {
        return Json.object(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    /** A victim as {@code explain} and {@code kills} tell of it. */
    private static String victim(long id, String source, String guilt, long gain, String score, String why) {
        return ("{\"id\":%d,\"source\":\"%s\",\"listener\":\"main\",\"guilt\":\"%s\",\"why\":\"%s\",\"gain\":%d,\"costBytes\":224184,"
                        + "\"fixedBytes\":3000,\"heldBytes\":131072,\"kernelBytes\":90112,\"score\":%s}")
                .formatted(id, source, guilt, why, gain, score);
    }

    @Test
    void explainSaysASentenceAndThenWhoWouldBeClosedInOrder() {
        String body = "{\"unit\":\"bytes\",\"summary\":\"If ledger were at 95 %, 3 would be closed.\",\"wouldClose\":3,"
                + "\"victims\":[" + victim(7, "127.0.0.2", "stalled", 131072, "5242880.5", "none taken for 40.0s") + ","
                + victim(12, "2001:db8::/64", "active", 2048, "0.0000123", "moves") + "]}";
        assertThat(text(ForecastScreen.lines(node(body)))).isEqualTo("""
                If ledger were at 95 %, 3 would be closed.

                     Id    Source           Listener    Guilt      Frees       Cost        Fixed     Held        Kernel     Score       Why
                1    7     127.0.0.2        main        stalled    128.0KiB    218.9KiB    2.9KiB    128.0KiB    88.0KiB    5.24e+06    none taken for 40.0s
                2    12    2001:db8::/64    main        active     2.0KiB      218.9KiB    2.9KiB    128.0KiB    88.0KiB    1.23e-05    moves
                (the first 2 of 3; limit= lists more)
                """);
    }

    @Test
    void whereSlotsAreShortExplainCountsSlots() {
        String body = "{\"unit\":\"connections\",\"summary\":\"s\",\"wouldClose\":1,\"victims\":["
                + victim(7, "127.0.0.2", "idle", 1, "null", "idle for 9.0s") + "]}";
        assertThat(ForecastScreen.lines(node(body)))
                .hasSize(4)
                .last()
                .asString()
                .startsWith("1    7     127.0.0.2    main        idle     1        218.9KiB")
                .contains("    -        idle for 9.0s");
    }

    @Test
    void whenNobodyWouldBeClosedTheSentenceIsAll() {
        assertThat(ForecastScreen.lines(
                        node("{\"summary\":\"Nobody would be closed: ledger is at 12 %.\",\"victims\":[]}")))
                .containsExactly("Nobody would be closed: ledger is at 12 %.");
    }

    @Test
    void killsShowWhatWasDoneInWhichEpochAndWhatADryRunOnlyWouldHave() {
        String body = "{\"closed\":211,\"freedBytes\":34000000,\"wouldClose\":7,\"dryRun\":true,\"kills\":["
                + "{\"time\":\"2026-11-21T03:00:05.5Z\",\"episode\":5,\"epoch\":1,\"signal\":\"descriptors\",\"unit\":\"descriptors\","
                + "\"dryRun\":true,\"victim\":" + victim(12, "127.0.0.3", "idle", 2, "27000", "idle for 9.0s") + "},"
                + "{\"time\":\"2026-11-21T03:00:00Z\",\"episode\":4,\"epoch\":2,\"signal\":\"ledger\",\"unit\":\"bytes\","
                + "\"dryRun\":false,\"victim\":"
                + victim(7, "127.0.0.2", "stalled", 131072, "5242880", "zero window, none taken for 40.0s") + "}]}";
        assertThat(text(KillsScreen.lines(node(body)))).isEqualTo("""
                MPP has closed 211 connections since the start, which had cost 32.4MiB; dry runs would have closed 7. DRY RUN: nobody is closed now.

                Time                    Done      Signal         Episode    Epoch    Id    Source       Listener    Guilt      Freed       Cost        Fixed     Held        Kernel     Score       Why
                2026-11-21T03:00:05Z    would     descriptors    5          1        12    127.0.0.3    main        idle       2           218.9KiB    2.9KiB    128.0KiB    88.0KiB    2.70e+04    idle for 9.0s
                2026-11-21T03:00:00Z    closed    ledger         4          2        7     127.0.0.2    main        stalled    128.0KiB    218.9KiB    2.9KiB    128.0KiB    88.0KiB    5.24e+06    zero window, none taken for 40.0s
                """);
    }

    @Test
    void whenNobodyWasClosedKillsIsASentence() {
        assertThat(KillsScreen.lines(
                        node("{\"closed\":0,\"freedBytes\":0,\"wouldClose\":0,\"dryRun\":false,\"kills\":[]}")))
                .containsExactly(
                        "MPP has closed 0 connections since the start, which had cost 0; dry runs would have closed 0.");
    }

    private static String costs(long held, long kernel, long cost) {
        return "\"fixedBytes\":4000,\"heldBytes\":" + held + ",\"kernelBytes\":" + kernel + ",\"costBytes\":" + cost;
    }

    @Test
    void connectionsBySourceShowEachGroupWithItsTotalsAndItsCostliest() {
        String body = "{\"active\":120,\"groups\":3,\"by\":\"source\",\"sources\":["
                + "{\"source\":\"192.0.2.7\",\"connections\":118,\"eligible\":117," + costs(131072, 90112, 225184)
                + ",\"costliest\":[{\"id\":7,\"client\":\"192.0.2.7:40001\",\"standing\":\"eligible\",\"phase\":\"lingering\","
                + "\"stalledMillis\":40000,\"idleMillis\":61000," + costs(65536, 90112, 159648) + "},"
                + "{\"id\":9,\"client\":\"192.0.2.7:40002\",\"standing\":\"exempt-port\",\"phase\":\"relaying\","
                + "\"stalledMillis\":0,\"idleMillis\":200," + costs(65536, 0, 69536) + "}]},"
                + "{\"source\":\"2001:db8::/64\",\"connections\":1,\"eligible\":1," + costs(0, 0, 4000)
                + ",\"costliest\":[]}]}";
        assertThat(text(ConnectionsScreen.lines(node(body)))).isEqualTo("""
                Source               Connections    Eligible       Fixed     Held        Kernel     Cost        Id    Phase        Stalled    Idle
                192.0.2.7            118            117            3.9KiB    128.0KiB    88.0KiB    219.9KiB
                  192.0.2.7:40001                   eligible       3.9KiB    64.0KiB     88.0KiB    155.9KiB    7     lingering    40.0s      1m 1s
                  192.0.2.7:40002                   exempt-port    3.9KiB    64.0KiB     0          67.9KiB     9     relaying     0.0s       0.2s
                2001:db8::/64        1              1              3.9KiB    0           0          3.9KiB
                (2 of 3 sources, the costliest; 120 connections in all)
                """);
    }

    @Test
    void pressureShowsADryRunWhatIsHeldBackShrunkAndExemptAndWhatTheKernelHolds() {
        String body =
                "{\"reason\":\"ledger at 93 %\",\"episode\":0,\"episodes\":4,\"synDropRate\":0.0,\"killRate\":0.0,"
                        + "\"closed\":7,\"freedBytes\":2048,\"dryRun\":true,\"wouldClose\":5,\"heldBack\":12,\"timeoutScale\":0.4,"
                        + "\"exempt\":{\"connections\":2,\"costBytes\":20000000,\"budgetBytes\":16000000,\"tooMuch\":true,"
                        + "\"worstListener\":\"office\"},"
                        + "\"sampling\":{\"kernelTold\":true,\"kernelBytes\":42000000,\"stale\":3},\"signals\":[]}";
        assertThat(PressureScreen.lines(node(body)))
                .containsSubsequence(
                        "Worst signal   : ledger at 93 %",
                        "DRY RUN        : nobody is closed or refused; 5 connections would have been closed so far",
                        "Episode        : none; 4 so far",
                        "Held back      : 12 connections that take most are not read for now",
                        "Timeouts       : idle and first-byte timeouts of connections that may be closed are at 40 % of what is"
                                + " set",
                        "EXEMPT ALARM   : 2 connections that MPP may not close take 19.1MiB of 15.3MiB, most by listener"
                                + " office",
                        "Kernel memory  : 40.1MiB for all connections; 3 connections not looked at for two seconds");
    }

    @Test
    void pressureWithoutRestraintSaysNothingOfIt() {
        assertThat(PressureScreen.lines(node("{\"heldBack\":0,\"timeoutScale\":1.0,\"exempt\":{\"connections\":0},"
                        + "\"sampling\":{\"kernelTold\":false,\"stale\":0}}")))
                .noneMatch(line ->
                        line.startsWith("Held back") || line.startsWith("Timeouts") || line.startsWith("Exempt"))
                .contains("Kernel memory  : not told here, so costs are without it");
    }
}
