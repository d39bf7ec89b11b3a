package dev.spillway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.AbstractEpollServerChannel;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket on epoll that makes no channel of what it accepts: its pipeline is told of a {@link Caller}, a descriptor
 * and an address. One that is refused then costs three system calls beside its accept, and next to no work here; a channel
 * with its pipeline and configuration would cost three more.
 *
 * <p>Netty expects a channel for each descriptor, and tells the pipeline of that too: it gets this very channel each time,
 * which handlers pass over.
 */
final class BareServerChannel extends AbstractEpollServerChannel {
    private final Settings settings = new Settings(this);
    private @Nullable InetSocketAddress only;

    private BareServerChannel(int descriptor) {
        super(descriptor);
    }

    /**
     * To listen at {@code address}. Netty's sockets are of IPv6 wherever there is IPv6, for IPv4 addresses too, and each of their
     * connections passes through the kernel's IPv6 before its IPv4. The wildcard takes both families.
     */
    static BareServerChannel of(InetAddress address, LoopbackPace pace) {
        boolean onlyV4 = address instanceof Inet4Address && !address.isAnyLocalAddress();
        LinuxSocket socket = LinuxSocket.newSocketStream(onlyV4 ? SocketProtocolFamily.INET : null);
        if (address.isLoopbackAddress()) {
            pace.lift(socket);
        }
        return new BareServerChannel(socket.intValue());
    }

    /** The options of listening sockets that are used here. */
    private static final class Settings extends EpollChannelConfig {
        private final BareServerChannel channel;
        private volatile int backlog = NetUtil.SOMAXCONN;

        Settings(BareServerChannel channel) {
            super(channel, new ServerChannelRecvByteBufAllocator());
            this.channel = channel;
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            validate(option, value);
            try {
                if (option == ChannelOption.SO_BACKLOG) {
                    backlog = (Integer) value;
                } else if (option == ChannelOption.SO_REUSEADDR) {
                    channel.listening().setReuseAddress((Boolean) value);
                } else if (option == UnixChannelOption.SO_REUSEPORT) {
                    channel.listening().setReusePort((Boolean) value);
                } else {
                    return super.setOption(option, value);
                }
                return true;
            } catch (IOException refused) {
                throw new ChannelException(refused);
            }
        }
    }

    private Socket listening() {
        return (Socket) fd();
    }

    @Override
    public EpollChannelConfig config() {
        return settings;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        super.doBind(address);
        listening().listen(settings.backlog);
        InetSocketAddress bound = (InetSocketAddress) localAddress0();
        only = bound == null || bound.getAddress().isAnyLocalAddress() ? null : bound;
        active = true;
    }

    @Override
    protected Channel newChildChannel(int descriptor, byte[] client, int offset, int length) {
        pipeline()
                .fireChannelRead(new BareCaller(
                        new Socket(descriptor), NativeInetAddress.address(client, offset, length), only));
        return this;
    }
}
