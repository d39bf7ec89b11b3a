package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Source groups by number. */
final class Sources {
    private Sources() {}

    static SourceGroup v4(int number) {
        return of(ByteBuffer.allocate(4).putInt(0x0a00_0000 + number).array());
    }

    /** A /64 in 2001:db8::/32. */
    static SourceGroup v6(int number) {
        return of(ByteBuffer.allocate(16)
                .putInt(0x2001_0db8)
                .putInt(number)
                .putLong(7)
                .array());
    }

    private static SourceGroup of(byte[] address) {
        try {
            return SourceGroup.of(InetAddress.getByAddress(address), 32, 64);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
