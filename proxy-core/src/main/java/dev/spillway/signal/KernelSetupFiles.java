package dev.spillway.signal;

import dev.spillway.flood.KernelSetup;
import java.io.IOException;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads how the kernel is set up for floods of SYNs. {@code /proc/sys/net} shows each reader the values of its own network
 * namespace, so what is read is what holds for the listeners of this process.
 */
public final class KernelSetupFiles {
    private static final Logger log = LoggerFactory.getLogger(KernelSetupFiles.class);

    private KernelSetupFiles() {}

    /** As it is now. What can't be read is not there, and said in the log at debug level. Some ten microseconds. */
    public static KernelSetup read() {
        return read(SystemFiles.HERE);
    }

    static KernelSetup read(SystemFiles files) {
        return new KernelSetup(
                number(files, "/proc/sys/net/ipv4/tcp_syncookies"),
                number(files, "/proc/sys/net/core/somaxconn"),
                number(files, "/proc/sys/net/ipv4/tcp_max_syn_backlog"));
    }

    private static OptionalLong number(SystemFiles files, String path) {
        try (PolledFile file = new PolledFile(files.at(path))) {
            return OptionalLong.of(file.read().number());
        } catch (IOException notTold) {
            log.debug("not judged: {}", notTold.getMessage());
            return OptionalLong.empty();
        }
    }
}
