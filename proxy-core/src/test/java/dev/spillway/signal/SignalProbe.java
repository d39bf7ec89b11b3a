package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that reads signals where it was put, and has its own sockets hold memory. On its standard input: {@code read},
 * {@code hold N} pairs whose one end never reads, {@code release}. Answers each with a line that begins with {@link #ANSWER}:
 * the log may go to the same place.
 */
final class SignalProbe {
    static final String ANSWER = "answer ";
    private static final int BUFFER = 1 << 20;

    private final List<SocketChannel> held = new ArrayList<>();
    private final List<MeasuredSource> sources = List.of(
            source(Signal.KERNEL_TCP, () -> KernelTcp.open(SystemFiles.HERE, Optional.empty())),
            source(Signal.CONTAINER_TCP, () -> ContainerTcp.open(SystemFiles.HERE, Optional.empty())),
            source(Signal.CONTAINER, () -> ContainerMemory.open(SystemFiles.HERE)));

    private SignalProbe() {}

    private static MeasuredSource source(Signal signal, Measure.Opening opening) {
        return new MeasuredSource(signal, opening, MeasuredSource.SELDOM_NANOS, System::nanoTime);
    }

    public static void main(String[] arguments) throws IOException {
        SignalProbe probe = new SignalProbe();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            System.out.println(ANSWER + probe.run(command));
        }
    }

    private String run(String command) throws IOException {
        if (command.startsWith("hold ")) {
            hold(Integer.parseInt(command.substring("hold ".length())));
            return "held";
        }
        if (command.equals("release")) {
            for (SocketChannel each : held) {
                each.close();
            }
            held.clear();
            return "released";
        }
        List<String> words = new ArrayList<>();
        for (MeasuredSource source : sources) {
            Optional<Reading> reading = source.read();
            words.add(source.signal().label() + "="
                    + reading.map(each -> each.used() + "/" + each.limit())
                            .orElseGet(() -> source.unavailable().orElse("?")));
        }
        return String.join(";", words);
    }

    private void hold(int pairs) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < pairs; i++) {
                SocketChannel client = SocketChannel.open();
                held.add(client);
                client.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
                client.connect(listener.getLocalAddress());
                held.add(listener.accept());
                client.configureBlocking(false);
                ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
                int written = 1;
                while (written > 0) {
                    bytes.clear();
                    written = client.write(bytes);
                }
            }
        }
    }
}
