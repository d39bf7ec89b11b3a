package dev.spillway.transport;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Netty's epoll handler, mended in one point: a channel that is interested in nothing leaves epoll, and comes back when it
 * is interested again.
 *
 * <p>Netty up to 4.2.12 leaves it in with an empty mask, and the kernel goes on reporting EPOLLHUP for a connection that
 * both sides have ended, so that the event loop spins (netty issue 16683). Since the change for that (netty pull request
 * 16689), at least up to 4.2.18, it takes the descriptor out but tries to modify it when there is interest again, which
 * fails with ENOENT: a channel whose peer has ended its direction then breaks at the first write that the socket does not
 * take at once. So a half-closed connection with a slow reader would be lost. Here the registration is given up with the
 * last interest and a new one made with the next.
 *
 * <p>The channels here are listening sockets, which pause; the sockets of connections are {@link BareSocket}s, which never leave
 * epoll and pass through untouched.
 *
 * <p>Each handler and its registrations belong to one event loop, as Netty's own do.
 */
final class ParkingEpoll implements IoHandler {
    /** Of one round, as many as Netty begins with; by a fixed number nothing has to grow when memory is short. */
    private static final int EVENTS = 4096;

    private final IoHandler epoll;
    private final ReadySockets ready = new ReadySockets(EVENTS);

    private ParkingEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory(EVENTS, DefaultSelectStrategyFactory.INSTANCE);
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new ParkingEpoll(factory.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        IoRegistration registration = epoll.register(handle);
        if (handle instanceof BareSocket bare) {
            // It stays in epoll until it is closed.
            bare.gather(ready);
            return registration;
        }
        return new Parking(handle, registration);
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        int handled = epoll.run(context);
        ready.tell();
        return handled;
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }

    /** A registration that is given up while there is no interest. Not cancelled, it counts as valid all the time. */
    private final class Parking implements IoRegistration {
        private final IoHandle handle;
        private IoRegistration inside;
        private boolean parked;
        private boolean cancelled;

        Parking(IoHandle handle, IoRegistration inside) {
            this.handle = handle;
            this.inside = inside;
        }

        @Override
        public synchronized long submit(IoOps ops) {
            if (cancelled) {
                return -1;
            }
            boolean nothing = ((EpollIoOps) ops).equals(EpollIoOps.NONE);
            if (nothing) {
                if (!parked) {
                    parked = true;
                    inside.cancel();
                }
                return 0;
            }
            if (parked) {
                inside = again();
                parked = false;
            }
            return inside.submit(ops);
        }

        private IoRegistration again() {
            try {
                return epoll.register(handle);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (Exception failure) {
                throw new IllegalStateException("epoll does not take " + handle + " back", failure);
            }
        }

        @Override
        public synchronized boolean isValid() {
            return !cancelled && (parked || inside.isValid());
        }

        @Override
        public synchronized boolean cancel() {
            if (cancelled) {
                return false;
            }
            cancelled = true;
            return parked || inside.cancel();
        }

        @Override
        public <T> T attachment() {
            return inside.attachment();
        }
    }
}
