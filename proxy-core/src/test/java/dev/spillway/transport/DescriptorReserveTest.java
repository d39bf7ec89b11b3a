package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorReserveTest {
    private final DescriptorReserve reserve = new DescriptorReserve();

    @ParameterizedTest
    @CsvSource({"20000,64", "1024,64", "160,10", "32,2"})
    void theLastOnesAreTheReserveAndItsSecondHalfIsNotForConnections(long limit, int size) {
        long others = 20;
        reserve.measured(others, limit);
        for (long left = limit - others; left >= 0; left--) {
            assertThat(reserve.touched()).as("%d left", left).isEqualTo(left < size);
            assertThat(reserve.spent()).as("%d left", left).isEqualTo(left <= size / 2);
            reserve.opened();
        }
        for (long closed = limit - others; closed >= 0; closed--) {
            reserve.closed();
        }
        assertThat(reserve.touched()).isEqualTo(limit - others < size);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void whereNoLimitIsKnownThereIsNoReserve(long limit) {
        reserve.measured(1 << 30, limit);
        assertThat(reserve.touched()).isFalse();
        assertThat(reserve.spent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500})
    void whatIsOpenBesideConnectionsCountsAndConnectionsDoNotCountTwice(int connections) {
        for (int i = 0; i < connections; i++) {
            reserve.opened();
        }
        reserve.measured(900 + connections / 5, 1024);
        assertThat(reserve.touched()).isEqualTo(connections > 0);
        for (int i = 0; i < connections; i++) {
            reserve.closed();
        }
        assertThat(reserve.touched()).isFalse();
    }
}
