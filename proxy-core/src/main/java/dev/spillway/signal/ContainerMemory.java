package dev.spillway.signal;

import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory of the container that can't be reclaimed: all that is accounted to it, less the pages of files that were not used
 * lately, which the kernel takes back first. It is what {@code docker stats} and the kubelet call used.
 *
 * <p>Version 1: {@code memory.usage_in_bytes} less {@code total_inactive_file} of {@code memory.stat}, against
 * {@code memory.limit_in_bytes}; TCP memory is not in it. Version 2: {@code memory.current} less {@code inactive_file},
 * against {@code memory.max}; TCP memory is in it.
 */
final class ContainerMemory {
    private static final Names FIRST =
            new Names("memory.usage_in_bytes", "memory.limit_in_bytes", PolledFile.bytes("total_inactive_file "));
    private static final Names SECOND = new Names("memory.current", "memory.max", PolledFile.bytes("inactive_file "));

    private ContainerMemory() {}

    private record Names(String usage, String limit, byte[] reclaimable) {}

    /** Opens the accounts. */
    static Measure open(SystemFiles files) throws IOException {
        Cgroup group = Cgroup.ofMemory(files);
        return ContainerTotals.open(
                Signal.CONTAINER, files, opened -> accounts(group, false, Account.NO_LIMIT, opened), unlimited(group));
    }

    /** The smallest limit of memory that a container is under, in bytes; empty if there is none or it can't be found out. */
    static OptionalLong smallestLimit(SystemFiles files) {
        List<Account> opened = new ArrayList<>();
        try {
            accounts(Cgroup.ofMemory(files), false, Account.NO_LIMIT, opened);
            for (Account account : opened) {
                account.renew();
            }
            return opened.stream()
                    .mapToLong(Account::limit)
                    .filter(limit -> limit < Account.NO_LIMIT)
                    .min();
        } catch (IOException notTold) {
            return OptionalLong.empty();
        } finally {
            opened.forEach(Account::close);
        }
    }

    static String unlimited(Cgroup group) {
        return "no limit of memory is set for the control group " + group.path() + ", nor for one above it";
    }

    /**
     * Adds the accounts of {@code group} and of those above it that have one: the root of version 2 and a group for which the
     * controller is not switched on have none.
     *
     * @param tcp whether TCP memory is what counts, in version 2
     * @param most no more than that is the limit of the first
     */
    static void accounts(Cgroup group, boolean tcp, long most, List<Account> opened) throws IOException {
        Names names = group.version() == 1 ? FIRST : SECOND;
        for (Path folder : group.lineage()) {
            if (Files.exists(folder.resolve(names.limit()))) {
                long cap = opened.isEmpty() ? most : Account.NO_LIMIT;
                opened.add(tcp ? new Sockets(folder, names, cap) : new Total(folder, names));
            }
        }
    }

    /** The files of one group. */
    private abstract static class Group implements Account {
        final PolledFile usage;
        final PolledFile stat;
        final PolledFile max;
        private final byte[] reclaimable;
        long hard;

        Group(Path folder, Names names) throws IOException {
            this.reclaimable = names.reclaimable();
            this.usage = new PolledFile(folder.resolve(names.usage()));
            PolledFile second = null;
            try {
                second = new PolledFile(folder.resolve("memory.stat"));
                this.max = new PolledFile(folder.resolve(names.limit()));
            } catch (IOException failed) {
                usage.close();
                if (second != null) {
                    second.close();
                }
                throw failed;
            }
            this.stat = second;
        }

        /** Bytes that are used and can't be reclaimed. */
        final long taken() throws IOException {
            long now = usage.read().number();
            return Math.max(0, now - stat.read().number(reclaimable, NOTHING));
        }

        @Override
        public void renew() throws IOException {
            hard = Math.max(1, max.read().number());
        }

        @Override
        public void close() {
            usage.close();
            stat.close();
            max.close();
        }
    }

    private static final byte[] NOTHING = {};

    private static final class Total extends Group {
        private long used;

        Total(Path folder, Names names) throws IOException {
            super(folder, names);
        }

        @Override
        public void read() throws IOException {
            used = taken();
        }

        @Override
        public long used() {
            return used;
        }

        @Override
        public long limit() {
            return hard;
        }
    }

    private static final class Sockets extends Group {
        private static final byte[] SOCK = PolledFile.bytes("sock ");
        private static final byte[] SLAB = PolledFile.bytes("slab_reclaimable ");

        /** However much the rest takes, sockets may have one part of so many: nobody is closed for a neighbour's memory alone. */
        private static final long LEAST_PART = 64;

        private final long most;
        private long used;
        private long others;

        Sockets(Path folder, Names names, long most) throws IOException {
            super(folder, names);
            this.most = most;
        }

        @Override
        public void read() throws IOException {
            long taken = taken();
            used = stat.number(SOCK, NOTHING);
            others = Math.max(0, taken - used - stat.numberIfThere(SLAB, NOTHING));
        }

        @Override
        public long used() {
            return used;
        }

        @Override
        public long limit() {
            return Math.min(most, hard >= NO_LIMIT ? hard : Math.max(Math.max(1, hard / LEAST_PART), hard - others));
        }
    }
}
