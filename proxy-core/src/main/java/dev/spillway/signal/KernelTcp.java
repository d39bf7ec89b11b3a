package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * TCP memory of the whole kernel: the pages that {@code /proc/net/sockstat} says of TCP, against the third figure of
 * {@code tcp_mem}, beyond which the kernel refuses memory to sockets.
 *
 * <p>Of the TCP line of {@code sockstat}, {@code inuse} and {@code tw} are those of a network namespace, {@code orphan},
 * {@code alloc} and {@code mem} those of the machine, wherever it is read. It is off by what each processor has set aside,
 * up to {@code net.core.mem_pcpu_rsv} pages (1 MiB) each.
 *
 * <p>{@code tcp_mem} is to be seen in the first network namespace alone. Elsewhere, if the operator does not say the limit,
 * it is taken for what the kernel chooses when it boots, 3/32 of the memory that is free then ({@code tcp_init_mem}): of
 * {@code MemTotal} here, which is a little more. It is not guessed where {@code meminfo} is not the kernel's own but put in
 * its place by a container.
 */
final class KernelTcp implements Measure {
    private static final String TCP_MEM = "/proc/sys/net/ipv4/tcp_mem";
    private static final String MEMINFO = "/proc/meminfo";
    private static final byte[] TCP = PolledFile.bytes("TCP:");
    private static final byte[] MEM = PolledFile.bytes(" mem ");
    private static final byte[] MEM_TOTAL = PolledFile.bytes("MemTotal:");
    private static final byte[] NOTHING = {};

    private final PolledFile sockstat;
    private final @Nullable PolledFile tcpMem;
    private final long page;
    private final long most;
    private long limit;

    private KernelTcp(PolledFile sockstat, @Nullable PolledFile tcpMem, long page, long most) {
        this.sockstat = sockstat;
        this.tcpMem = tcpMem;
        this.page = page;
        this.most = most;
        this.limit = most;
    }

    /** Opens the files. With {@code asked}, in bytes, no more than that is the limit. */
    static Measure open(SystemFiles files, Optional<Long> asked) throws IOException {
        PolledFile sockstat = new PolledFile(files.at("/proc/net/sockstat"));
        KernelTcp opened = null;
        try {
            Path tcpMem = files.at(TCP_MEM);
            boolean seen = Files.exists(tcpMem);
            long most = asked.isPresent() ? asked.get() : seen ? Long.MAX_VALUE : atBoot(files);
            opened = new KernelTcp(sockstat, seen ? new PolledFile(tcpMem) : null, files.pageBytes(), most);
            opened.renew();
            return opened;
        } catch (IOException | RuntimeException failed) {
            if (opened == null) {
                sockstat.close();
            } else {
                opened.close();
            }
            throw failed;
        }
    }

    private static long atBoot(SystemFiles files) throws IOException {
        String advice = "set pressure.signals.kernel-tcp.limit";
        String hidden = "this network namespace does not show " + TCP_MEM + ", ";
        if (MountTable.read(files).covers(MEMINFO)) {
            throw new IOException(hidden + "and " + MEMINFO + " is not the machine's: " + advice);
        }
        try (PolledFile memory = new PolledFile(files.at(MEMINFO))) {
            return memory.read().number(MEM_TOTAL, NOTHING) * 1024 / 32 * 3;
        } catch (IOException unknown) {
            throw new IOException(hidden + unknown.getMessage() + ": " + advice, unknown);
        }
    }

    @Override
    public void renew() throws IOException {
        PolledFile marks = tcpMem;
        if (marks != null) {
            long pages = marks.read().number(2);
            if (pages <= 0) {
                throw marks.garbage("three numbers of pages, the last of them positive");
            }
            limit = Math.min(most, pages > Long.MAX_VALUE / page ? Long.MAX_VALUE : pages * page);
        }
    }

    @Override
    public Reading read() throws IOException {
        return new Reading(Signal.KERNEL_TCP, sockstat.read().number(TCP, MEM) * page, limit);
    }

    @Override
    public void close() {
        sockstat.close();
        PolledFile marks = tcpMem;
        if (marks != null) {
            marks.close();
        }
    }
}
