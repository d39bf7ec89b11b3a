package dev.spillway.syngate;

import dev.spillway.syn.Compilation;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.Steering;
import dev.spillway.syn.SynCompiler;
import dev.spillway.syn.SynOrder;
import dev.spillway.syn.SynProgram;
import dev.spillway.syn.SynRules;
import dev.spillway.syn.Target;
import dev.spillway.transport.FilterRefused;
import dev.spillway.transport.Sinkhole;
import dev.spillway.transport.SocketFilter;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a kernel filter or a sinkhole works here, by having one drop a SYN of our own over loopback: a kernel may
 * refuse a program, or a sandbox take it and never run it. Where loopback can't be used, it counts for a filter that the program
 * was taken; a sinkhole is filled over loopback, and does not work without.
 */
final class ProgramProbe {
    /** On loopback a SYN has been dealt with when connect returns, unless the machine is very busy. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long STEP_MILLIS = 2;
    private static final long LOOP_SECONDS = 10;
    private static final Logger log = LoggerFactory.getLogger(ProgramProbe.class);

    private ProgramProbe() {}

    /** One way to have a listening socket drop SYNs; on its event loop, but for the first. */
    private interface Means {
        /** Any thread; done when a program can be attached. */
        void prepare() throws ExecutionException, InterruptedException, TimeoutException;

        void attach() throws FilterRefused;

        /** How many SYNs it has dropped. */
        long dropped();

        void end();
    }

    /** What is missing; empty if it works. Takes some milliseconds; not on an event loop. */
    static Optional<String> lack(GateKind kind, Transport transport) {
        if (transport.kind() == TransportKind.NIO) {
            return Optional.of("transport " + transport.kind().label() + " can't attach programs to sockets");
        }
        ServerChannel channel = transport.newServerSocket();
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
        EventLoop loop = transport.loops().get(0);
        try {
            loop.register(channel).syncUninterruptibly();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .syncUninterruptibly();
            return tried(
                    kind == GateKind.SINKHOLE ? sinkhole(transport, channel) : filter(transport, channel), channel);
        } catch (ExecutionException failed) {
            return Optional.of(
                    failed.getCause() instanceof FilterRefused refused
                            ? said(refused)
                            : String.valueOf(failed.getCause()));
        } catch (TimeoutException | RuntimeException failed) {
            return Optional.of("it could not be tried: " + failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return Optional.of("it could not be tried: interrupted");
        } finally {
            channel.close().syncUninterruptibly();
        }
    }

    private static Optional<String> tried(Means means, ServerChannel channel)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            means.prepare();
            channel.eventLoop()
                    .submit(() -> {
                        means.attach();
                        return true;
                    })
                    .get(LOOP_SECONDS, TimeUnit.SECONDS);
            return obeyed(means, channel);
        } finally {
            channel.eventLoop().submit(means::end).get(LOOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Means filter(Transport transport, ServerChannel channel) {
        SocketGauge gauge = transport.newGauge();
        return new Means() {
            @Override
            public void prepare() {}

            @Override
            public void attach() throws FilterRefused {
                new SocketFilter(channel).attach(dropAll(Target.FILTER));
            }

            @Override
            public long dropped() {
                return gauge.readMemory(channel) ? gauge.droppedSegments() : SocketGauge.UNKNOWN;
            }

            @Override
            public void end() {}
        };
    }

    private static Means sinkhole(Transport transport, ServerChannel channel) {
        Steering steering = new Steering(1, 0);
        Sinkhole sinkhole = new Sinkhole(transport, channel, (InetSocketAddress) channel.localAddress(), steering);
        return new Means() {
            @Override
            public void prepare() throws ExecutionException, InterruptedException, TimeoutException {
                channel.eventLoop()
                        .submit(sinkhole::open)
                        .get(LOOP_SECONDS, TimeUnit.SECONDS)
                        .get(LOOP_SECONDS, TimeUnit.SECONDS);
            }

            @Override
            public void attach() throws FilterRefused {
                sinkhole.program(dropAll(steering.target()));
            }

            @Override
            public long dropped() {
                return sinkhole.dropped();
            }

            @Override
            public void end() {
                sinkhole.close();
            }
        };
    }

    private static String said(FilterRefused refused) {
        return refused.why() == FilterRefused.Cause.PRIVILEGE
                ? "the kernel asks for CAP_NET_ADMIN, which this process lacks"
                : String.valueOf(refused.getMessage());
    }

    private static SynProgram dropAll(Target target) {
        Compilation compilation = new SynCompiler(target, SynProgram.MOST_INSTRUCTIONS)
                .compile(new SynRules(SynOrder.of(1), Destinations.ALL));
        return ((Compilation.Whole) compilation).program();
    }

    private static Optional<String> obeyed(Means means, ServerChannel channel)
            throws ExecutionException, InterruptedException, TimeoutException {
        SocketAddress address = channel.localAddress();
        try (SocketChannel client = SocketChannel.open()) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            boolean connected = client.connect(address);
            long latest = System.nanoTime() + MOST_NANOS;
            while (!connected && System.nanoTime() - latest < 0) {
                long dropped = channel.eventLoop().submit(means::dropped).get(LOOP_SECONDS, TimeUnit.SECONDS);
                if (dropped > 0) {
                    return Optional.empty();
                }
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
                connected = client.finishConnect();
            }
            return Optional.of(
                    connected
                            ? "the kernel takes a program and does not run it"
                            : "the kernel does not tell what a program drops");
        } catch (IOException unreachable) {
            log.debug("loopback can't be used to try a program", unreachable);
            return Optional.empty();
        }
    }
}
