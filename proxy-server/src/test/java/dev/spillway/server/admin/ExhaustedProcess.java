package dev.spillway.server.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A process with an admin plane whose direct memory is taken to the last byte, Netty's and the JDK's. Prints the port,
 * then what is left, and ends when its input does.
 */
final class ExhaustedProcess {
    private static final List<Object> TAKEN = new ArrayList<>();

    private ExhaustedProcess() {}

    public static void main(String[] args) throws Exception {
        try (ChangeFixture server = ChangeFixture.open()) {
            AdminFixture admin = server.admin;
            admin.proxy.connectionCount = 1000;
            System.out.println("port " + admin.address().getPort());
            take(ExhaustedProcess::netty);
            take(ExhaustedProcess::jdk);
            System.out.println("left " + (fits(ExhaustedProcess::netty) || fits(ExhaustedProcess::jdk)) + " netty "
                    + PlatformDependent.usedDirectMemory() + " of " + PlatformDependent.maxDirectMemory());
            while (System.in.read() >= 0) {
                // Until whoever started this is done.
            }
        }
    }

    private interface Allocation {
        Object of(int bytes);
    }

    private static ByteBuf netty(int bytes) {
        return UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
    }

    private static ByteBuffer jdk(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    private static void take(Allocation allocation) {
        for (int bytes = 1 << 21; bytes > 0; bytes /= 8) {
            boolean more = true;
            while (more) {
                try {
                    TAKEN.add(allocation.of(bytes));
                } catch (OutOfMemoryError none) {
                    more = false;
                }
            }
        }
    }

    private static boolean fits(Allocation allocation) {
        try {
            TAKEN.add(allocation.of(1));
            return true;
        } catch (OutOfMemoryError none) {
            return false;
        }
    }
}
