package dev.spillway.syn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

/** What {@code bpf_check_classic} of the kernel asks of a program. */
final class KernelRules {
    private static final int MOST = 4096;
    private static final Set<Integer> KNOWN = Set.of(
            0x20, 0x28, 0x30, 0x48, 0x50, 0xb1, 0x80, 0x00, 0x01, 0x02, 0x60, 0x07, 0x87, 0x04, 0x0c, 0x14, 0x24, 0x44,
            0x54, 0x64, 0x74, 0x94, 0xa4, 0xac, 0x05, 0x15, 0x25, 0x35, 0x45, 0x06, 0x16);

    private KernelRules() {}

    static void hold(List<Instruction> program) {
        assertThat(program).isNotEmpty().hasSizeLessThanOrEqualTo(MOST);
        for (int at = 0; at < program.size(); at++) {
            Instruction now = program.get(at);
            assertThat(KNOWN).contains(now.code());
            switch (now.code()) {
                case 0x05 -> assertThat(Integer.toUnsignedLong(now.k())).isLessThan(program.size() - at - 1);
                case 0x15, 0x25, 0x35, 0x45 -> {
                    assertThat(at + now.yes() + 1).isLessThan(program.size());
                    assertThat(at + now.no() + 1).isLessThan(program.size());
                }
                case 0x64, 0x74 -> assertThat(now.k()).isBetween(0, 31);
                case 0x94 -> assertThat(now.k()).isNotZero();
                case 0x02, 0x60 -> assertThat(now.k()).isBetween(0, 15);
                default -> {}
            }
        }
        assertThat(program.get(program.size() - 1).returns()).isTrue();
    }
}
