package dev.spillway.server;

import dev.spillway.BindFailure;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.demo.DemoHost;
import dev.spillway.transport.TransportUnavailable;

/** Lends the demo the wiring of {@code spillway run}, so that what it shows is what is run. */
final class DemoWiring implements DemoHost {
    @Override
    public Running start(SpillwaySettings settings) throws BindFailure, TransportUnavailable {
        Logging.apply(settings.log());
        Wiring wiring = Wiring.start(settings);
        return new Running(wiring.proxy(), wiring.events(), wiring);
    }

    @Override
    public void awaitTermination() throws InterruptedException {
        TerminationSignals.install().await();
    }
}
