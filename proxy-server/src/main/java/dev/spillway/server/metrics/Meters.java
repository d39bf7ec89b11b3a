package dev.spillway.server.metrics;

import dev.spillway.ProxyView;
import dev.spillway.server.events.EventLog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * All meters, scraped as Prometheus text. A scrape asks the proxy once and fills every series of {@link SpillwayMeter}
 * from that; series come and go with what they are about, so that an address a name no longer stands for does not stay.
 */
public final class Meters implements AutoCloseable {
    /** The format of {@link #scrape()}, for the Content-Type of an answer. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final ProxyView proxy;
    private final EventLog events;
    private final AdminTraffic admin = new AdminTraffic();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();

    // Guarded by this; the values are read by the registry during a scrape only.
    private final Map<Key, Series> series = new HashMap<>();

    private record Key(SpillwayMeter meter, List<String> tagValues) {}

    private static final class Series {
        private final Meter meter;
        private volatile double value;
        private boolean seen;

        private Series(Key key, PrometheusMeterRegistry registry) {
            this.meter = register(key, registry);
        }

        private Meter register(Key key, PrometheusMeterRegistry registry) {
            SpillwayMeter is = key.meter();
            String unit = is.unitInName() ? is.unit() : null;
            List<Tag> pairs = new ArrayList<>();
            for (int i = 0; i < is.tags().size(); i++) {
                pairs.add(Tag.of(is.tags().get(i), key.tagValues().get(i)));
            }
            Tags tags = Tags.of(pairs);
            return switch (is.type()) {
                case GAUGE ->
                    Gauge.builder(is.id(), this, s -> s.value)
                            .description(is.description())
                            .baseUnit(unit)
                            .tags(tags)
                            .register(registry);
                case COUNTER ->
                    FunctionCounter.builder(is.id(), this, s -> s.value)
                            .description(is.description())
                            .baseUnit(unit)
                            .tags(tags)
                            .register(registry);
            };
        }
    }

    /** Registers everything; {@link #close} takes it back. */
    public Meters(ProxyView proxy, EventLog events) {
        this.proxy = proxy;
        this.events = events;
        new JvmInfoMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
        new NettyAllocatorMetrics(proxy.bufferPool()).bindTo(registry);
    }

    /** Where the admin plane counts about itself. */
    public AdminTraffic adminTraffic() {
        return admin;
    }

    /** Everything as it is now, in the format {@link #CONTENT_TYPE}. Any thread; a few milliseconds. */
    public synchronized String scrape() {
        refresh();
        return registry.scrape();
    }

    /** Ends what was registered. Idempotent. */
    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private void refresh() {
        Snapshot snapshot = Snapshot.of(proxy, events, admin);
        series.values().forEach(each -> each.seen = false);
        for (SpillwayMeter meter : SpillwayMeter.all()) {
            meter.read(snapshot, (value, tagValues) -> put(new Key(meter, List.of(tagValues)), value));
        }
        for (Iterator<Series> all = series.values().iterator(); all.hasNext(); ) {
            Series each = all.next();
            if (!each.seen) {
                registry.remove(each.meter);
                all.remove();
            }
        }
    }

    private void put(Key key, double value) {
        Series each = series.computeIfAbsent(key, absent -> new Series(absent, registry));
        each.value = value;
        each.seen = true;
    }
}
