package dev.spillway.limit;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of sixteen bytes: who does not know the key can't choose addresses that meet
 * in one place of a table.
 */
final class KeyedHash {
    private static final long LENGTH = 16L << 56;

    private long v0;
    private long v1;
    private long v2;
    private long v3;

    private KeyedHash(long k0, long k1) {
        v0 = k0 ^ 0x736f6d6570736575L;
        v1 = k1 ^ 0x646f72616e646f6dL;
        v2 = k0 ^ 0x6c7967656e657261L;
        v3 = k1 ^ 0x7465646279746573L;
    }

    /**
     * The hash of two words, each eight bytes, the lowest first.
     *
     * @param k0 the first half of the secret key
     * @param k1 the second half
     */
    static long of(long k0, long k1, long first, long second) {
        KeyedHash state = new KeyedHash(k0, k1);
        state.take(first);
        state.take(second);
        state.take(LENGTH);
        state.v2 ^= 0xff;
        for (int i = 0; i < 4; i++) {
            state.round();
        }
        return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
    }

    private void take(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
