package dev.spillway.control;

import dev.spillway.flood.FloodDetector.Flood;
import dev.spillway.flood.KernelCounters;
import dev.spillway.flood.KernelSetup;
import dev.spillway.flood.SetupWarning;
import dev.spillway.listener.AcceptQueue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel says of connections that come in, by the last look at it.
 *
 * @param counters of the network namespace; empty before the first look and where they can't be read
 * @param unavailable why they can't be read; empty if they can
 * @param setup how the kernel is set up for a flood
 * @param warnings what of that is to be mended
 * @param queues what it holds for each listener and has dropped there, by name; one for which it is not told is not there
 * @param flood the flood of SYNs that goes on, if one does
 */
public record FloodView(
        Optional<KernelCounters> counters,
        Optional<String> unavailable,
        KernelSetup setup,
        List<SetupWarning> warnings,
        Map<String, AcceptQueue> queues,
        Optional<Flood> flood) {
    /** Before the first look. */
    public static final FloodView NOTHING_YET = new FloodView(
            Optional.empty(),
            Optional.of("not looked at yet"),
            KernelSetup.UNKNOWN,
            List.of(),
            Map.of(),
            Optional.empty());

    public FloodView {
        warnings = List.copyOf(warnings);
        queues = Map.copyOf(queues);
    }
}
