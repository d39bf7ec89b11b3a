package dev.spillway.server.demo;

import dev.spillway.server.config.ConfigurationFile;
import dev.spillway.server.config.InvalidConfiguration;
import dev.spillway.server.config.ProcessLimits;
import dev.spillway.server.config.SpillwaySettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The demo's configuration: a file like any other, read by the same reader. */
public final class DemoConfiguration {
    private static final String RESOURCE = "demo.conf";

    private DemoConfiguration() {}

    /**
     * The whole file, fit for {@code spillway run -c}.
     *
     * @param upstreamPort where the upstream is, on 127.0.0.1
     */
    public static String text(DemoPorts ports, int upstreamPort) throws IOException {
        try (InputStream in = DemoConfiguration.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not in this jar");
            }
            String file = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return """
                    demo {
                      public-port = %d
                      private-port = %d
                      exempt-port = %d
                      admin-port = %d
                      upstream-port = %d
                    }

                    %s""".formatted(
                    ports.publicPort(), ports.privatePort(), ports.exemptPort(), ports.adminPort(), upstreamPort, file);
        }
    }

    static SpillwaySettings settings(DemoPorts ports, int upstreamPort) throws IOException {
        Path file = Files.createTempFile("spillway-demo", ".conf");
        try {
            Files.writeString(file, text(ports, upstreamPort));
            return ConfigurationFile.read(file, ProcessLimits.ofThisProcess()).withoutStore();
        } catch (InvalidConfiguration e) {
            throw new IllegalStateException("the demo's own configuration is wrong: " + e.getMessage(), e);
        } finally {
            Files.delete(file);
        }
    }
}
