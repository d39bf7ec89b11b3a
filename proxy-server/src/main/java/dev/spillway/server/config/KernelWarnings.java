package dev.spillway.server.config;

import dev.spillway.flood.KernelSetup;
import dev.spillway.flood.SetupWarning;
import dev.spillway.listener.ListenerSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of the kernel's settings does not fit the listeners of a configuration. */
public final class KernelWarnings {
    private KernelWarnings() {}

    /** One line for each, with what mends it; in the order of {@link KernelSetup#warnings}. */
    public static List<String> of(KernelSetup kernel, SpillwaySettings settings) {
        Map<String, Integer> backlogs = new LinkedHashMap<>();
        for (ListenerSettings listener : settings.proxy().listeners()) {
            backlogs.put(listener.name(), listener.backlog());
        }
        return kernel.warnings(backlogs).stream().map(SetupWarning::toString).toList();
    }
}
