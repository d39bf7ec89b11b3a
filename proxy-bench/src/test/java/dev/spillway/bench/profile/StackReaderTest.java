package dev.spillway.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.profile.Stack.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackReaderTest {
    @Test
    void everyStackHasItsThreadAndItsFramesFromTheInside() throws Exception {
        List<Stack> stacks = read("""
                spillway-relay-  2927\s
                \tffffffff81b6ab32 _copy_to_iter ([kernel.kallsyms])
                \tffffffff81e2f5d0 __x64_sys_recvfrom ([kernel.kallsyms])
                \t          10a974 __libc_recv (/usr/lib/x86_64-linux-gnu/libc.so.6)
                \t    7f0bf0fc56d8 void dev.spillway.relay.BareHalf.readOn() (/tmp/perf-2910.map)

                C2 CompilerThre  2930\s
                \t    7f0bf8a1b2c3 [unknown] (/usr/lib/jvm/lib/server/libjvm.so)

                """);
        assertThat(stacks)
                .containsExactly(
                        new Stack(
                                "spillway-relay-",
                                List.of(
                                        new Frame(true, "_copy_to_iter", "[kernel.kallsyms]"),
                                        new Frame(true, "__x64_sys_recvfrom", "[kernel.kallsyms]"),
                                        new Frame(false, "__libc_recv", "/usr/lib/x86_64-linux-gnu/libc.so.6"),
                                        new Frame(
                                                false,
                                                "void dev.spillway.relay.BareHalf.readOn()",
                                                "/tmp/perf-2910.map"))),
                        new Stack(
                                "C2 CompilerThre",
                                List.of(new Frame(false, "[unknown]", "/usr/lib/jvm/lib/server/libjvm.so"))));
    }

    @Test
    void namesMayHaveBlanksAndFilesParentheses() throws Exception {
        List<Stack> stacks = read("""
                spillway-relay-  1
                \t    7f0bf0ffef8c int a.B.run(long, java.lang.Object) (/tmp/perf-1.map)
                \t    7f0bf0938cc9 StubRoutines (1) (/tmp/perf-1.map)
                \t            a9f0 [unknown] (/tmp/libnetty_epoll_x86_64.so (deleted))
                \t             b46 __vdso_clock_gettime ([vdso])
                """);
        assertThat(stacks)
                .singleElement()
                .extracting(Stack::frames)
                .isEqualTo(List.of(
                        new Frame(false, "int a.B.run(long, java.lang.Object)", "/tmp/perf-1.map"),
                        new Frame(false, "StubRoutines (1)", "/tmp/perf-1.map"),
                        new Frame(false, "[unknown]", "/tmp/libnetty_epoll_x86_64.so (deleted)"),
                        new Frame(false, "__vdso_clock_gettime", "[vdso]")));
    }

    @Test
    void aSampleWithoutFramesIsNone() throws Exception {
        assertThat(read("haproxy  1\n\nhaproxy  1\nhaproxy  1\n\tffffffff81b6ab32 tcp_ack ([kernel.kallsyms])\n"))
                .hasSize(1);
        assertThat(read("")).isEmpty();
        assertThat(read("\tffffffff81b6ab32 of_nobody ([kernel.kallsyms])\n")).isEmpty();
    }

    private static List<Stack> read(String text) throws IOException {
        List<Stack> stacks = new ArrayList<>();
        StackReader.read(new BufferedReader(new StringReader(text)), stacks::add);
        return stacks;
    }
}
