package dev.spillway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.ProxyView.State;
import dev.spillway.control.FloodView;
import dev.spillway.listener.ListenerView;
import dev.spillway.server.FakeProxy;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.events.LifecycleEvents;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern TAG = Pattern.compile("([a-z_]+)=\"");

    private final FakeProxy proxy = new FakeProxy();
    private final EventLog events = new EventLog(new EventSettings(10));
    private final Meters meters = new Meters(proxy, events);

    @AfterEach
    void end() {
        meters.close();
        events.close();
    }

    @Test
    void everyMeterOfTheListIsScrapedWithItsTypeTagsAndDescription() {
        List<String> lines = meters.scrape().lines().toList();

        for (SpillwayMeter meter : SpillwayMeter.all()) {
            String name = meter.prometheusName();
            assertThat(lines).contains("# HELP " + name + " " + meter.description());
            assertThat(lines)
                    .contains("# TYPE " + name + " "
                            + (meter.type() == SpillwayMeter.Type.COUNTER ? "counter" : "gauge"));
            assertThat(tagsOf(name, lines)).as(name).containsExactlyInAnyOrderElementsOf(meter.tags());
        }
    }

    @Test
    void nothingOfOursIsScrapedThatIsNotInTheList() {
        Set<String> listed = new TreeSet<>();
        SpillwayMeter.all().stream().forEach(meter -> listed.add(meter.prometheusName()));

        Set<String> scraped = new TreeSet<>();
        samples().keySet().stream()
                .map(series -> series.replaceAll("\\{.*", ""))
                .filter(name -> name.startsWith("spillway_"))
                .forEach(scraped::add);

        assertThat(scraped).isEqualTo(listed);
    }

    @Test
    void valuesAreThoseOfTheProxy() {
        events.record(LifecycleEvents.started(proxy));

        assertThat(samples())
                .containsEntry("spillway_state{state=\"running\"}", 1.0)
                .containsEntry("spillway_state{state=\"draining\"}", 0.0)
                .containsEntry("spillway_ready", 1.0)
                .containsEntry("spillway_connections_closed_total{reason=\"pruned\"}", 211.0)
                .containsEntry("spillway_connections_closed_total{reason=\"idle-timeout\"}", 0.0)
                .containsEntry("spillway_syn_gate{gate=\"accept-pause\",reason=\"taken by syn-gate.kind = auto\"}", 1.0)
                .containsEntry("spillway_syn_gate_rate", 0.25)
                .containsEntry("spillway_syn_gate_programs", 2.0)
                .containsEntry("spillway_syn_gate_program_instructions", 40.0)
                .containsEntry("spillway_syn_gate_prefixes", 3.0)
                .containsEntry("spillway_syn_gate_prefixes_let_in", 1.0)
                .containsEntry("spillway_syn_gate_dropped_total", 4567.0)
                .containsEntry("spillway_syn_gate_openings_total", 1.0)
                .containsEntry("spillway_syn_gate_failures_total", 5.0)
                .containsEntry("spillway_listener_refused_total{listener=\"main\",reason=\"syn-gate\"}", 45.0)
                .containsEntry("spillway_listener_refused_total{listener=\"office\",reason=\"syn-gate\"}", 0.0)
                .containsEntry("spillway_listener_accepting{listener=\"main\"}", 0.0)
                .containsEntry("spillway_listener_eligible{listener=\"office\",standing=\"private-profile\"}", 0.0)
                .containsEntry("spillway_listener_accept_queue{listener=\"main\"}", 31.0)
                .containsEntry("spillway_listener_accept_queue_limit{listener=\"main\"}", 8192.0)
                .containsEntry("spillway_listener_drops_total{listener=\"main\"}", 977.0)
                .doesNotContainKey("spillway_listener_accept_queue{listener=\"office\"}")
                .containsEntry("spillway_kernel_syn_cookies_sent_total", 1001.0)
                .containsEntry("spillway_kernel_syn_cookies_received_total", 1002.0)
                .containsEntry("spillway_kernel_syn_cookies_failed_total", 1003.0)
                .containsEntry("spillway_kernel_listen_overflows_total", 1004.0)
                .containsEntry("spillway_kernel_listen_drops_total", 1005.0)
                .containsEntry("spillway_kernel_syn_queue_full_cookies_total", 1006.0)
                .containsEntry("spillway_kernel_syn_queue_full_drops_total", 1007.0)
                .containsEntry("spillway_kernel_embryonic_resets_total", 1008.0)
                .containsEntry("spillway_kernel_syn_retransmits_total", 1009.0)
                .containsEntry("spillway_kernel_setup_warnings", 1.0)
                .containsEntry("spillway_syn_flood", 0.0)
                .containsEntry("spillway_relay_held_bytes", 14_880_000.0)
                .containsEntry("spillway_relay_received_bytes_total", 700_000.0)
                .containsEntry("spillway_pressure_level{signal=\"ledger\"}", 0.93)
                .containsEntry("spillway_pressure_limit{signal=\"heap\"}", 64_000_000.0)
                .containsEntry("spillway_pressure_watermark{mark=\"reentry\",signal=\"heap\"}", 0.8)
                .containsEntry("spillway_pressure_available{signal=\"descriptors\"}", 0.0)
                .containsEntry("spillway_pressure_available{signal=\"heap\"}", 1.0)
                .containsEntry("spillway_syn_drop_rate", 0.2)
                .containsEntry("spillway_kill_rate", 0.5)
                .containsEntry("spillway_episode", 4.0)
                .containsEntry("spillway_epochs_total", 17.0)
                .containsEntry("spillway_security_mpp_dry_run", 0.0)
                .containsEntry("spillway_connections_stale", 5.0)
                .containsEntry("spillway_connections_held_back", 12.0)
                .containsEntry("spillway_connections_lingering", 3.0)
                .containsEntry("spillway_connections_timeout_scale", 0.4)
                .containsEntry("spillway_relay_kernel_bytes", 42_000_000.0)
                .containsEntry("spillway_sampling_samples_total", 70_000.0)
                .containsEntry("spillway_sampling_cpu_seconds_total", 0.25)
                .containsEntry("spillway_sampling_cut_short_total", 2.0)
                .containsEntry("spillway_sampling_connections{line=\"suspect\"}", 41.0)
                .containsEntry("spillway_sampling_connections{line=\"unseen\"}", 1.0)
                .containsEntry("spillway_pruned_by_guilt_total{guilt=\"stalled\"}", 200.0)
                .containsEntry("spillway_pruned_by_guilt_total{guilt=\"idle\"}", 0.0)
                .containsEntry("spillway_dry_run_pruned_total", 7.0)
                .containsEntry("spillway_exempt_cost_bytes", 5_000_000.0)
                .containsEntry("spillway_exempt_budget_bytes", 16_000_000.0)
                .containsEntry("spillway_security_exempt_ports", 11.0)
                .containsEntry("spillway_controller_cpu_seconds_total", 1.5)
                .containsEntry("spillway_event_loop_pending{loop=\"0\"}", 3.0)
                .containsEntry("spillway_events_total{event=\"1001\",name=\"proxy-started\"}", 1.0)
                .containsEntry("spillway_events_total{event=\"4229\",name=\"connections-terminated\"}", 0.0);
    }

    @Test
    void aScrapeAsksTheProxyOnce() {
        meters.scrape();
        int before = proxy.relaysAsked.get();

        meters.scrape();

        assertThat(proxy.relaysAsked.get() - before).isEqualTo(1);
    }

    @Test
    void eachScrapeShowsTheProxyAsItIsThen() {
        meters.scrape();
        proxy.state = State.DRAINING;

        assertThat(samples())
                .containsEntry("spillway_ready", 0.0)
                .containsEntry("spillway_state{state=\"draining\"}", 1.0);
    }

    @Test
    void anAddressThatANameNoLongerStandsForIsNoLongerScraped() {
        assertThat(meters.scrape()).contains("address=\"10.0.0.1:9000\"");

        proxy.upstreams = List.of(FakeProxy.upstream("10.0.0.2:9000"));

        assertThat(meters.scrape()).contains("address=\"10.0.0.2:9000\"").doesNotContain("10.0.0.1:9000");
    }

    @Test
    void seriesDoNotGrowWhateverANameIsResolvedTo() {
        int before = samples().size();
        for (int i = 0; i < 200; i++) {
            proxy.upstreams = List.of(FakeProxy.upstream("10.0.1." + i + ":9000"));
            meters.scrape();
        }

        Set<String> ours = new HashSet<>(samples().keySet());
        assertThat(ours.stream().filter(series -> series.startsWith("spillway_upstream_server_up")))
                .hasSize(2);
        assertThat(before).isPositive();
    }

    @Test
    void whereTheKernelTellsNothingThereAreNoCountersInsteadOfZeroes() {
        proxy.flood = FloodView.NOTHING_YET;
        assertThat(samples().keySet())
                .noneMatch(series -> series.matches("spillway_(kernel_[a-z_]*_total|listener_(accept_queue|drops).*)"))
                .contains("spillway_syn_flood");
    }

    @Test
    void aListenerThatIsRemovedIsNoLongerScrapedAndOneThatComesBackIs() {
        List<ListenerView> both = proxy.listeners;
        Set<String> before = ofListeners();
        assertThat(meters.scrape()).contains("listener=\"main\"").contains("listener=\"office\"");

        for (int i = 0; i < 20; i++) {
            proxy.listeners = both.subList(0, 1);
            assertThat(meters.scrape()).contains("listener=\"main\"").doesNotContain("listener=\"office\"");
            proxy.listeners = both;
            assertThat(meters.scrape()).contains("listener=\"office\"");
        }

        assertThat(ofListeners()).isEqualTo(before);
    }

    private Set<String> ofListeners() {
        return samples().keySet().stream()
                .filter(series -> series.contains("listener=\""))
                .collect(Collectors.toSet());
    }

    private Map<String, Double> samples() {
        Map<String, Double> samples = new TreeMap<>();
        meters.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        });
        return samples;
    }

    private static Set<String> tagsOf(String name, List<String> lines) {
        Set<String> tags = new TreeSet<>();
        boolean found = false;
        for (String line : lines) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches() && sample.group(1).equals(name)) {
                found = true;
                Matcher tag = TAG.matcher(sample.group(2) == null ? "" : sample.group(2));
                while (tag.find()) {
                    tags.add(tag.group(1));
                }
            }
        }
        assertThat(found).as("a sample of " + name).isTrue();
        return tags;
    }
}
