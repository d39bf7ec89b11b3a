package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyedHashTest {
    private static final long K0 = 0x0706050403020100L;
    private static final long K1 = 0x0f0e0d0c0b0a0908L;

    /** The reference implementation's vector for the sixteen bytes 00 to 0f. */
    @Test
    void itIsSipHash24() {
        assertThat(KeyedHash.of(K0, K1, K0, K1)).isEqualTo(0x3f2acc7f57c29bdbL);
    }

    @Test
    void eachHalfOfTheKeyAndEachWordMatters() {
        long hash = KeyedHash.of(1, 2, 3, 4);
        assertThat(KeyedHash.of(1, 2, 3, 4)).isEqualTo(hash);
        assertThat(KeyedHash.of(0, 2, 3, 4)).isNotEqualTo(hash);
        assertThat(KeyedHash.of(1, 0, 3, 4)).isNotEqualTo(hash);
        assertThat(KeyedHash.of(1, 2, 0, 4)).isNotEqualTo(hash);
        assertThat(KeyedHash.of(1, 2, 3, 0)).isNotEqualTo(hash);
    }
}
