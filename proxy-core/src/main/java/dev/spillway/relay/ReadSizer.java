package dev.spillway.relay;

import dev.spillway.transport.ReadRefused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.internal.OutOfDirectMemoryError;

/**
 * Sizes the reads of one half and pays for them before they are made: Netty asks here for the buffer of each read.
 *
 * <p>A read that nobody asked for is refused by throwing {@link ReadRefused}: Netty's epoll and io_uring transports, told
 * by the kernel that the peer has ended its direction, read everything there is, whether the other side can take it or
 * not, and a peer could thereby fill memory with whatever the kernel holds for it. What is thrown ends the read loop and
 * leaves the socket as it was.
 *
 * <p>The size grows fourfold with each read that fills its buffer and halves when two reads in a row leave seven eighths
 * of it empty. Owned by the channel's event loop.
 */
final class ReadSizer implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    private static final int READS_IN_A_ROW = 16;

    private final HeldBytes ledger;
    private final RelaySettings settings;
    private int size;
    private boolean wanted;
    private boolean small;
    private int charged;
    private int attempted;
    private int last;
    private int reads;

    /** A sizer that charges {@code ledger}. */
    ReadSizer(HeldBytes ledger, RelaySettings settings) {
        this.ledger = ledger;
        this.settings = settings;
        this.size = settings.minBuffer();
    }

    /** Says whether a read is asked for: set when one is, cleared when the other side can't take more. */
    void wanted(boolean now) {
        wanted = now;
    }

    /** Hands over what the last buffer was charged; whoever asks has to release it. */
    int takeCharge() {
        int charge = charged;
        charged = 0;
        return charge;
    }

    @Override
    @SuppressWarnings("deprecation") // The supertype's method says Handle; Netty asks for an ExtendedHandle inside.
    public Handle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        if (!wanted) {
            throw ReadRefused.REFUSED;
        }
        // What a read that failed by an exception was charged; nobody was told of its end.
        ledger.release(takeCharge());
        charged = ledger.charge(size);
        try {
            return allocator.directBuffer(charged, charged);
        } catch (OutOfDirectMemoryError fragmented) {
            // There is room by the ledger, but the pool finds no run of pages as long as this. A spare needs none.
            ledger.release(takeCharge());
            charged = ledger.chargeSpare();
            return allocator.directBuffer(charged, charged);
        }
    }

    @Override
    public void lastBytesRead(int bytes) {
        last = bytes;
        if (bytes <= 0) {
            ledger.release(takeCharge());
            return;
        }
        reads++;
        if (bytes == size) {
            size = Math.min(settings.maxBuffer(), size * 4);
            small = false;
        } else if (bytes <= size / 8 && bytes < charged) {
            if (small) {
                size = Math.max(settings.minBuffer(), size / 2);
            }
            small = !small;
        } else {
            small = false;
        }
    }

    /** Goes on while reads fill their buffers and the other side takes it all, so that bulk needs fewer wake-ups. */
    @Override
    public boolean continueReading() {
        return wanted && last > 0 && last == attempted && reads < READS_IN_A_ROW;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return continueReading();
    }

    @Override
    public void reset(ChannelConfig config) {
        reads = 0;
    }

    @Override
    public int guess() {
        return size;
    }

    @Override
    public void incMessagesRead(int count) {
        // Counted by lastBytesRead: a stream's message is a read.
    }

    @Override
    public int lastBytesRead() {
        return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public void readComplete() {
        // Nothing to do: what the last read taught was learnt when it was made.
    }
}
