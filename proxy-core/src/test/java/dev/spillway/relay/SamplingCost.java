package dev.spillway.relay;

import dev.spillway.fixture.Transports;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Measures what sampling costs in calm times, on one event loop with many connections to peers in another process. Run by hand,
 * with the test class path: {@code java -cp … dev.spillway.relay.SamplingCost [connections [transport]]}. Loads: none moves;
 * each does one exchange of 100 bytes in ten seconds, or in one; one in ten asks for a flood and reads nothing. Prints, for each,
 * the share of a core that looks took and their number a second, over {@value #SECONDS} seconds; and what a pass as in an
 * episode takes.
 */
final class SamplingCost {
    private static final int SECONDS = 10;

    private SamplingCost() {}

    /** Nothing between the words, or {@code peers} and a port: the other process. */
    public static void main(String[] words) throws Exception {
        if (words.length > 0 && words[0].equals("peers")) {
            new Peers(Integer.parseInt(words[1])).run();
            return;
        }
        int connections = words.length > 0 ? Integer.parseInt(words[0]) : 9_800;
        TransportKind kind = words.length > 1 ? TransportKind.valueOf(words[1]) : TransportKind.EPOLL;
        Process peers = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SamplingCost.class.getName(),
                        "peers",
                        Integer.toString(connections))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told = peers.inputReader(StandardCharsets.UTF_8)) {
            String server = "127.0.0.1:" + told.readLine();
            try (Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
                long empty = usedHeap();
                order(peers, Integer.toString(junction.port()));
                while (junction.relays().active() < connections) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                measure(junction, "idle");
                System.out.printf("live heap: %d bytes a connection%n", (usedHeap() - empty) / connections);
                order(peers, "10000");
                measure(junction, "exchange/10s");
                order(peers, "1000");
                measure(junction, "exchange/1s");
                order(peers, "flood");
                measure(junction, "exchange/1s, 1 in 10 zero window");
            }
        } finally {
            peers.destroyForcibly().waitFor();
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void order(Process peers, String word) throws Exception {
        peers.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
        peers.getOutputStream().flush();
    }

    private static void measure(Junction junction, String load) throws Exception {
        TimeUnit.SECONDS.sleep(SECONDS);
        SamplingView before = junction.relays().sampling();
        long loopBefore = loopCpu();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(SECONDS);
        double nanos = System.nanoTime() - began;
        SamplingView after = junction.relays().sampling();
        long loop = loopCpu() - loopBefore;
        long samples = after.samples() - before.samples();
        System.out.printf(
                Locale.ROOT,
                "%-34s looks/s %7.0f  %% of a core %.3f  ns a look %5.0f  loop's own %% of a core %.1f%n    %s%n",
                load,
                samples * 1e9 / nanos,
                100 * (after.nanos() - before.nanos()) / nanos,
                (after.nanos() - before.nanos()) / Math.max(1.0, samples),
                100 * loop / nanos,
                after);
        junction.relays().sample(TimeUnit.SECONDS.toNanos(1), 5_000);
        SamplingView pass = junction.relays().sampling();
        System.out.printf(
                Locale.ROOT,
                "    a whole pass: %d looks, %.2f ms; kernel %d bytes%n",
                pass.samples() - after.samples(),
                (pass.nanos() - after.nanos()) / 1e6,
                junction.relays().kernelBytes());
    }

    private static long loopCpu() {
        var threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("spillway-relay")) {
                nanos += threads.getThreadCpuTime(info.getThreadId());
            }
        }
        return nanos;
    }

    /** The clients, and the server that echoes, or floods whoever says F. */
    private static final class Peers {
        private final int connections;
        private final Transport transport = Transport.open(new TransportSettings(Optional.of(TransportKind.EPOLL), 1));
        private final EventLoop loop = transport.loops().get(0);
        private final List<Channel> clients = new ArrayList<>();

        private Peers(int connections) throws Exception {
            this.connections = connections;
        }

        private void run() throws Exception {
            ServerChannel listening = transport.newServerSocket();
            listening.config().setOption(ChannelOption.SO_BACKLOG, 4096);
            listening.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    Channel child = (Channel) message;
                    child.pipeline().addLast(new Echo());
                    loop.register(child);
                }
            });
            loop.register(listening).syncUninterruptibly();
            listening
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .syncUninterruptibly();
            System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            connect(Integer.parseInt(orders.readLine()));
            int period = 0;
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                if (order.equals("flood")) {
                    loop.execute(this::flood);
                } else {
                    period = Integer.parseInt(order);
                    int each = period;
                    loop.execute(() -> talk(each));
                }
            }
        }

        private void connect(int port) {
            Bootstrap bootstrap = new Bootstrap()
                    .group(loop)
                    .channelFactory(() -> Transports.channel(transport.kind()))
                    .option(ChannelOption.SO_RCVBUF, 8192)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public boolean isSharable() {
                            return true;
                        }

                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            ((ByteBuf) message).release();
                        }
                    });
            for (int i = 0; i < connections; i++) {
                clients.add(bootstrap
                        .connect(InetAddress.getLoopbackAddress(), port)
                        .syncUninterruptibly()
                        .channel());
            }
        }

        private int generation;

        private void talk(int period) {
            int mine = ++generation;
            for (Channel client : clients) {
                int first = ThreadLocalRandom.current().nextInt(period);
                loop.schedule(() -> exchange(client, period, mine), first, TimeUnit.MILLISECONDS);
            }
        }

        private void exchange(Channel client, int period, int mine) {
            if (mine == generation && client.config().isAutoRead()) {
                client.writeAndFlush(Unpooled.wrappedBuffer(new byte[100]));
                loop.schedule(() -> exchange(client, period, mine), period, TimeUnit.MILLISECONDS);
            }
        }

        private void flood() {
            for (int i = 0; i < clients.size(); i += 10) {
                clients.get(i).config().setAutoRead(false);
                clients.get(i).writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'F'}));
            }
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        private static final int FLOOD = 1 << 20;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == 'F') {
                bytes.release();
                ctx.writeAndFlush(Unpooled.wrappedBuffer(FLOOD_BYTES));
            } else {
                ctx.writeAndFlush(bytes);
            }
        }

        private static final byte[] FLOOD_BYTES = new byte[FLOOD];
    }
}
