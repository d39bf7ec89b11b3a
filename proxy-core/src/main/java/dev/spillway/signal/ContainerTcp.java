package dev.spillway.signal;

import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * TCP memory that the container's own account has.
 *
 * <p>Version 1 has an account of its own for it, {@code memory.kmem.tcp.usage_in_bytes} and {@code .limit_in_bytes}. The
 * kernel keeps it only for a group whose own limit was set once, for sockets that were made after that; a limit of a group
 * above does not do. Once kept, it is added to those above too.
 *
 * <p>In version 2 TCP memory is a part of the group's memory ({@code sock} in {@code memory.stat}); the limit is what the
 * rest of it leaves: {@code memory.max} less what else is used and can't be reclaimed. So it is not at its limit because a
 * heap is large, but because there is no room for more sockets' memory, and closing connections gives that back. Reclaimable
 * are pages of files that were not used lately ({@code inactive_file}) and the kernel's caches of names and inodes
 * ({@code slab_reclaimable}): who has read many files is not to lose connections for it. Those of files in use
 * ({@code active_file}) are not, since the program and its libraries are among them. All figures are of one reading of
 * {@code memory.stat}: the kernel tells {@code sock} nowhere else. An operator may set a smaller limit.
 */
final class ContainerTcp {
    private static final String USAGE = "memory.kmem.tcp.usage_in_bytes";
    private static final String LIMIT = "memory.kmem.tcp.limit_in_bytes";
    private static final String PEAK = "memory.kmem.tcp.max_usage_in_bytes";

    private ContainerTcp() {}

    /** Opens the accounts. With {@code asked}, in bytes, no more than that is the limit. */
    static Measure open(SystemFiles files, Optional<Long> asked) throws IOException {
        Cgroup group = Cgroup.ofMemory(files);
        long most = asked.orElse(Account.NO_LIMIT);
        if (group.version() == 1) {
            requireCounted(group);
            return ContainerTotals.open(
                    Signal.CONTAINER_TCP, files, opened -> openFirst(group, most, opened), uncounted(group));
        }
        return ContainerTotals.open(
                Signal.CONTAINER_TCP,
                files,
                opened -> ContainerMemory.accounts(group, true, most, opened),
                ContainerMemory.unlimited(group) + ", nor pressure.signals.container-tcp.limit");
    }

    private static String uncounted(Cgroup group) {
        return "the control group " + group.path() + " has no limit in " + LIMIT
                + ", and without one the kernel does not count its TCP memory";
    }

    private static void requireCounted(Cgroup group) throws IOException {
        Path own = group.lineage().get(0);
        try (PolledFile limit = new PolledFile(own.resolve(LIMIT));
                PolledFile peak = new PolledFile(own.resolve(PEAK))) {
            if (limit.read().number() >= Account.NO_LIMIT && peak.read().number() == 0) {
                throw new IOException(uncounted(group));
            }
        }
    }

    private static void openFirst(Cgroup group, long most, List<Account> opened) throws IOException {
        long cap = most;
        for (Path folder : group.lineage()) {
            if (Files.exists(folder.resolve(LIMIT))) {
                opened.add(new Counter(folder, cap));
            }
            cap = Account.NO_LIMIT;
        }
    }

    /** One group's own account in version 1. */
    private static final class Counter implements Account {
        private final PolledFile usage;
        private final PolledFile limitFile;
        private final long most;
        private long used;
        private long limit;

        Counter(Path folder, long most) throws IOException {
            this.most = most;
            this.usage = new PolledFile(folder.resolve(USAGE));
            try {
                this.limitFile = new PolledFile(folder.resolve(LIMIT));
            } catch (IOException failed) {
                usage.close();
                throw failed;
            }
        }

        @Override
        public void read() throws IOException {
            used = usage.read().number();
        }

        @Override
        public long used() {
            return used;
        }

        @Override
        public long limit() {
            return limit;
        }

        @Override
        public void renew() throws IOException {
            limit = Math.max(1, Math.min(most, limitFile.read().number()));
        }

        @Override
        public void close() {
            usage.close();
            limitFile.close();
        }
    }
}
