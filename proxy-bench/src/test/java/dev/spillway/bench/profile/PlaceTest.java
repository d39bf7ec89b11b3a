package dev.spillway.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.profile.Stack.Frame;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceTest {
    private static final String MAP = "/tmp/perf-2910.map";

    @ParameterizedTest
    @CsvSource({
        "__x64_sys_recvfrom, RECEIVE",
        "__arm64_sys_read, RECEIVE",
        "__x64_sys_sendto, SEND",
        "__x64_sys_splice, SPLICE",
        "__x64_sys_epoll_pwait2, WAIT",
        "__x64_sys_connect, CONNECT",
        "__x64_sys_accept4, ACCEPT",
        "__x64_sys_shutdown, CLOSE",
        "____fput, CLOSE",
        "__x64_sys_getsockopt, OPTIONS",
        "__x64_sys_futex, OTHER_CALL",
        "asm_sysvec_apic_timer_interrupt, INTERRUPT",
        "do_syscall_64, INTERRUPT"
    })
    void anEventLoopInTheKernelIsInItsCall(String call, Place expected) {
        Stack stack = new Stack("spillway-relay-", kernel("tcp_ack", call, "entry_SYSCALL_64_after_hwframe"));
        assertThat(Place.of(stack)).isEqualTo(expected);
        assertThat(expected.isKernel()).isTrue();
    }

    @Test
    void anInterruptIsNotOfTheCallItInterrupts() {
        assertThat(Place.of(new Stack(
                        "haproxy", kernel("net_rx_action", "asm_sysvec_apic_timer_interrupt", "__x64_sys_sendto"))))
                .isEqualTo(Place.INTERRUPT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "void dev.spillway.relay.BareHalf.readOn()                                | RELAY",
                "dev.spillway.connection.Progress dev.spillway.relay.Observation.to(long) | RELAY",
                "void dev.spillway.relay.RelayShard$$Lambda$463/0x00007f0ba9206000.run()  | RELAY",
                "void dev.spillway.listener.Door.accept()                                 | RELAY",
                "boolean dev.spillway.limit.Budget.take(dev.spillway.relay.Half)          | ROOMS",
                "int io.netty.channel.epoll.EpollIoHandler.run(io.netty.channel.Context)  | NETTY",
                "dev.spillway.relay.Half java.util.HashMap.get(java.lang.Object)          | JDK",
                "Interpreter                                                              | STUBS",
                "StubRoutines (1)                                                         | STUBS",
                "[unknown]                                                                | STUBS"
            })
    void compiledJavaIsOfTheRoomOfItsMethod(String symbol, Place expected) {
        assertThat(Place.of(of("spillway-relay-", symbol, MAP))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/tmp/libnetty_transport_native_epoll_x86_64.so (deleted) | NETTY",
                "/usr/lib/jvm/lib/server/libjvm.so                        | JVM",
                "/usr/lib/x86_64-linux-gnu/libc.so.6                      | LIBRARY",
                "[vdso]                                                   | LIBRARY",
                "/usr/sbin/haproxy                                        | PROGRAM",
                "[unknown]                                                | STUBS"
            })
    void nativeCodeIsOfItsFile(String file, Place expected) {
        assertThat(Place.of(of("haproxy", "something", file))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "C2 CompilerThre, COMPILERS",
        "C1 CompilerThre, COMPILERS",
        "VM Thread, COLLECTOR",
        "GC Thread#0, COLLECTOR",
        "spillway-contro, ASIDE",
        "spillway-networ, ASIDE"
    })
    void aThreadBesideTheEventLoopsCountsWithItsCalls(String thread, Place expected) {
        assertThat(Place.of(new Stack(thread, kernel("tcp_ack", "__x64_sys_read"))))
                .isEqualTo(expected);
        assertThat(Place.of(of(thread, "void dev.spillway.relay.Half.read()", MAP)))
                .isEqualTo(expected);
        assertThat(expected.isKernel()).isFalse();
    }

    @Test
    void theInnermostFunctionThatSaysSomethingTellsWhatTheKernelDid() {
        assertThat(work("memcpy", "tcp_v4_rcv", "loopback_xmit", "tcp_sendmsg_locked"))
                .isEqualTo(KernelWork.INPUT);
        assertThat(work("_raw_spin_unlock", "sock_def_readable", "tcp_rcv_established", "tcp_sendmsg"))
                .isEqualTo(KernelWork.WAKING);
        assertThat(work("nf_conntrack_in", "nf_hook_slow", "ip_local_out")).isEqualTo(KernelWork.FIREWALL);
        assertThat(work("kfree", "__alloc_skb", "tcp_sendmsg_locked")).isEqualTo(KernelWork.OUTPUT);
        assertThat(work("_copy_to_iter", "tcp_recvmsg_locked")).isEqualTo(KernelWork.COPYING);
        assertThat(work("do_syscall_64")).isEqualTo(KernelWork.REST);
        assertThat(KernelWork.of(new Stack("a", List.of(kernel("memcpy").get(0), new Frame(false, "tcp_ack", "/x")))))
                .isEqualTo(KernelWork.REST);
    }

    @Test
    void theTableHasSharesAndWhatTheyCost() {
        Profile profile = new Profile();
        profile.add(new Stack("spillway-relay-", kernel("tcp_ack", "tcp_sendmsg", "__x64_sys_sendto")));
        profile.add(new Stack("spillway-relay-", kernel("_copy_to_iter", "__x64_sys_recvfrom")));
        profile.add(of("spillway-relay-", "void dev.spillway.relay.Half.read()", MAP));
        profile.add(new Stack("C2 CompilerThre", kernel("do_syscall_64")));
        String text = ProfileReport.of(
                "Work",
                "CPU s/GB",
                List.of(
                        new ProfileReport.Column("spillway", 2, profile),
                        new ProfileReport.Column("idle", 1, new Profile())));
        assertThat(text.lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "| Work | spillway, % (CPU s/GB) | idle, % (CPU s/GB) |",
                        "| kernel: send | 25.0 (0.500) | 0.0 (0.000) |",
                        "| relay, listener | 25.0 (0.500) | 0.0 (0.000) |",
                        "| threads: compilers | 25.0 (0.500) | 0.0 (0.000) |",
                        "| **all** | **2.000**, 4 samples | **1.000**, 0 samples |",
                        "| *the kernel's rows by what it did:* copying | 25.0 (0.500) | 0.0 (0.000) |")
                .noneMatch(line -> line.contains("kernel: splice"));
    }

    private static KernelWork work(String... symbols) {
        return KernelWork.of(new Stack("spillway-relay-", kernel(symbols)));
    }

    private static List<Frame> kernel(String... symbols) {
        return Stream.of(symbols)
                .map(symbol -> new Frame(true, symbol, "[kernel.kallsyms]"))
                .toList();
    }

    private static Stack of(String thread, String symbol, String file) {
        return new Stack(thread, List.of(new Frame(false, symbol, file)));
    }
}
