package dev.spillway.server;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.server.cli.Version;
import dev.spillway.server.config.KernelWarnings;
import dev.spillway.server.config.ProcessLimits;
import dev.spillway.server.config.Quantity;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.signal.KernelSetupFiles;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said in the log at start: everything one asks first when something is wrong later. */
final class StartReport {
    private static final Logger logger = LoggerFactory.getLogger("dev.spillway.server.Spillway");

    private StartReport() {}

    /** Before anything is started: what there is to start with. */
    static void process(SpillwaySettings settings) {
        settings.warnings().forEach(warning -> logger.warn("configuration: {}", warning));
        KernelWarnings.of(KernelSetupFiles.read(), settings).forEach(warning -> logger.warn("kernel: {}", warning));
        logger.info(
                "Spillway {} on Java {} ({}), process {}",
                Version.number(),
                Runtime.version(),
                System.getProperty("java.vm.name"),
                ProcessHandle.current().pid());
        ProcessLimits limits = ProcessLimits.ofThisProcess();
        logger.info(
                "budgets: buffers {} of {} direct memory, heap {}, connections {} with {} descriptors",
                Quantity.size(settings.proxy().relay().budgetBytes()),
                Quantity.size(limits.directBytes()),
                Quantity.size(limits.heapBytes()),
                settings.proxy().limits().maxConnections(),
                limits.descriptors());
    }

    /** After everything is started: what came of it. */
    static void started(ProxyView proxy, Optional<InetSocketAddress> admin) {
        logger.info(
                "transport {} ({}), event loops: {}",
                proxy.transport().label(),
                proxy.transportReason(),
                proxy.threads());
        logger.info(
                "protection: mpp {}, profiles {}, exempt ports {}",
                proxy.security().mppOn() ? "enabled" : "disabled",
                proxy.security().profilesOn() ? "enabled" : "disabled",
                proxy.security().portExemptions().isEmpty()
                        ? "none"
                        : proxy.security().portExemptions());
        logger.info("syn gate {} ({})", proxy.synGate(), proxy.synGateView().reason());
        for (ListenerView listener : proxy.listeners()) {
            logger.info(
                    "listener {} at {} -> {}: profile {}, verdict {}, sockets: {}",
                    listener.name(),
                    NetUtil.toSocketAddressString(listener.bound()),
                    listener.upstream(),
                    listener.profile(),
                    listener.standing(),
                    listener.sockets());
        }
        logger.info(
                "ready; admin plane: {}",
                admin.map(NetUtil::toSocketAddressString).orElse("none"));
    }
}
