package dev.spillway.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's io_uring handler, mended in one point: the allocation of a read buffer may fail, as it may on epoll and NIO.
 *
 * <p>When a peer ends its direction, Netty reads what the kernel holds of it, asked or not, and allocates the buffer of
 * the first such read outside of anything that would catch a failure, at least up to 4.2.18. A {@link ReadRefused} from
 * there would be logged and would stop the event loop for 100 ms, and an {@link OutOfMemoryError} would end the event
 * loop with all its connections. Here both are told to the channel they belong to. That leaves it in order: Netty notes a
 * read as scheduled only after its buffer was allocated.
 *
 * <p>Each handler and its registrations belong to one event loop, as Netty's own do.
 */
final class RefusingUring implements IoHandler {
    private final IoHandler uring;

    private RefusingUring(IoHandler uring) {
        this.uring = uring;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = IoUringIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new RefusingUring(factory.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return uring.register(handle instanceof Channel.Unsafe ? new Refusing(handle) : handle);
    }

    @Override
    public void initialize() {
        uring.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return uring.run(context);
    }

    @Override
    public void prepareToDestroy() {
        uring.prepareToDestroy();
    }

    @Override
    public void destroy() {
        uring.destroy();
    }

    @Override
    public void wakeup() {
        uring.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return uring.isCompatible(type);
    }

    /** A channel's handle that tells its channel if a read's buffer was not to be had. */
    private static final class Refusing implements IoUringIoHandle {
        private final IoHandle handle;

        Refusing(IoHandle handle) {
            this.handle = handle;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            try {
                handle.handle(registration, event);
            } catch (ReadRefused | OutOfMemoryError cause) {
                Channel channel = ((Channel.Unsafe) handle).voidPromise().channel();
                channel.pipeline().fireExceptionCaught(cause);
            }
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }
    }
}
