package dev.spillway.relay;

import dev.spillway.transport.BareSocket;
import dev.spillway.transport.Pipe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffer through which all connections of one event loop are copied, one at a time. What is in it is gone with the next
 * read: what a sink has not taken gets a buffer of its own, as large as that.
 *
 * <p>It is as large as the largest read so far, one for each event loop, and not in the budget; what a read may bring is,
 * whosever buffer it comes into. The JVM frees it when the event loop is gone.
 */
final class SharedBuffer {
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf buffer;

    SharedBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Where up to {@code bytes} bytes may be put. */
    long address(int bytes) {
        return room(bytes).memoryAddress();
    }

    private ByteBuf room(int bytes) {
        ByteBuf now = buffer;
        if (now == null || now.capacity() < bytes) {
            now = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes)).clear();
            buffer = now;
        }
        return now;
    }

    /**
     * A copy of the bytes from {@code from} to {@code to}, which the caller has to release. On the heap, should the pool find no run of pages as
     * long as that, though there is room by the budget.
     */
    ByteBuf keep(int from, int to) {
        int bytes = to - from;
        ByteBuf kept;
        try {
            kept = allocator.directBuffer(bytes, bytes);
        } catch (OutOfDirectMemoryError fragmented) {
            kept = Unpooled.buffer(bytes, bytes);
        }
        return kept.writeBytes(room(to), from, bytes);
    }

    /** A copy of the {@code bytes} bytes that are in {@code pipe}, which is empty then. */
    ByteBuf keep(Pipe pipe, int bytes) throws IOException {
        long address = address(bytes);
        for (int read = 0; read < bytes; ) {
            read += pipe.read(address, read, bytes);
        }
        return keep(0, bytes);
    }

    /** Writes what {@code kept} holds; returns how many bytes were taken. */
    int write(ByteBuf kept, BareSocket sink) throws IOException {
        if (kept.hasMemoryAddress()) {
            return sink.write(kept.memoryAddress(), kept.readerIndex(), kept.writerIndex());
        }
        int bytes = kept.readableBytes();
        ByteBuf through = room(bytes);
        through.setBytes(0, kept, kept.readerIndex(), bytes);
        return sink.write(through.memoryAddress(), 0, bytes);
    }
}
