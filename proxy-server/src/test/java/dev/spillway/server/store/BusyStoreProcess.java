package dev.spillway.server.store;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A process that does nothing but change settings, and says of each change, when it was acknowledged, which it was. */
final class BusyStoreProcess {
    static final String COUNT = "connection-rate-limit.per-source.rate";
    private static final int MOST = 100_000;

    private BusyStoreProcess() {}

    public static void main(String[] args) throws Exception {
        SettingsStore store = SettingsStore.open(Optional.of(Path.of(args[0])), Layer.EMPTY, Audit.NONE);
        // Not System.out: a line has to come out in one piece or not at all.
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            for (int count = 1; count <= MOST; count++) {
                if (!(change(store, count) instanceof Outcome.Applied)) {
                    throw new IllegalStateException(store.view().toString());
                }
                out.write((count + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** The file gets longer and shorter, so that one that is left in part is none by chance. */
    private static Outcome change(SettingsStore store, int count) {
        Change.Assignment value = Samples.set(Tier.PERSISTENT, COUNT, Integer.toString(count));
        Change.Assignment ports = Samples.ports(
                Tier.PERSISTENT, PortList.EXEMPTIONS, 100 * (count % 50), 100 * (count % 50) + 9, count % 3 != 0);
        return store.change(
                new Change.Assignment(Tier.PERSISTENT, value.values(), ports.ports()),
                OptionalLong.empty(),
                Origin.Kind.API,
                "127.0.0.1",
                false);
    }
}
