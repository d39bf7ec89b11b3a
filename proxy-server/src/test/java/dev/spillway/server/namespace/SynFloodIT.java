package dev.spillway.server.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.server.container.HostCommand;
import dev.spillway.server.namespace.FloodTarget.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A flood of SYNs with spoofed sources out of 198.19.0.0/16, in network namespaces, and honest clients of 198.18.3.0/24.
 *
 * <p><b>Kernel time of a SYN.</b> The kernel deals with a packet of a veth pair while its sender is in its system call, or in
 * ksoftirqd. So what the sender and these threads used in a window (the scheduler's own count, in nanoseconds) is divided by
 * the SYNs that arrived, and what it takes to bring one there is taken off: that of packets which cross the veth pair and are
 * another host's, so that the proxy's IP drops them as the first thing it does. What is left is the work of IP and TCP. The
 * figures with the wire, where only the sending is taken off, are there beside them. The answers go to a device that drops
 * them, so that nobody's time for receiving them counts.
 *
 * <p>The whole table of {@code docs/syn-flood.md} takes two minutes and is printed with {@code
 * SPILLWAY_SYN_FLOOD_TABLE=true}.
 */
@RequiresNamespaces
@Timeout(600)
class SynFloodIT {
    private static final String SINK = "sink";
    private static final String SPOOFED = "198.19.0.7";
    /** The attackers' namespace routes it into the device that drops all. */
    private static final String NOWHERE = "198.18.77.1";

    /** On the proxy's link, at an Ethernet address that is not the proxy's. */
    private static final String ANOTHER_HOST = Network.PUBLIC.address(77);

    private static final String ANOTHER_CARD = "02:00:00:00:00:77";
    private static final int WINDOW_MILLIS = 1500;
    private static final int MOST_FLOOD_SECONDS = 60;
    private static final int SETTLE_MILLIS = 400;
    private static final int HONEST_SECONDS = 6;
    private static final int ROUNDS = 3;
    private static final int PAIRED_ROUNDS = 5;

    /** It was 0.41 and 0.52 of a cookie in two runs; a busy machine is not to fail a build. docs/syn-flood.md has what was measured. */
    private static final double MOST_OF_A_COOKIE = 0.65;

    private final List<Process> running = new ArrayList<>();
    private Namespaces namespaces;

    /** Of one row: nanoseconds for each SYN with the wire and without, SYNs a second, and what became of the honest. */
    private record Row(String title, double withWire, double nanos, double rate, int tried, int done, int soon) {
        double share() {
            return done / (double) tried;
        }
    }

    @BeforeEach
    void makeNetworks() {
        boolean there = HostCommand.run("hping3", "--version").status() != 127;
        boolean required = Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_NAMESPACES"));
        assertThat(there || !required).as("hping3 is installed").isTrue();
        assumeTrue(there, "hping3 is not installed");
        namespaces = Namespaces.make();
        for (Optional<Network> where : List.of(Optional.<Network>empty(), Optional.of(Network.PUBLIC))) {
            namespaces.run(where, "ip", "tuntap", "add", "dev", SINK, "mode", "tun");
            namespaces.run(where, "ip", "link", "set", SINK, "up");
        }
        namespaces.run(Optional.empty(), "ip", "route", "add", FloodTarget.FLOODERS, "dev", SINK);
        namespaces.run(Optional.of(Network.PUBLIC), "ip", "route", "add", NOWHERE, "dev", SINK);
        namespaces.run(
                Optional.of(Network.PUBLIC),
                "ip",
                "neigh",
                "replace",
                ANOTHER_HOST,
                "lladdr",
                ANOTHER_CARD,
                "dev",
                "eth0",
                "nud",
                "permanent");
        for (String device : List.of("all", "default", Network.PUBLIC.device())) {
            sysctl("net.ipv4.conf." + device + ".rp_filter=0");
        }
    }

    @AfterEach
    void removeNetworks() throws Exception {
        for (Process each : running) {
            each.destroyForcibly().waitFor();
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    private void sysctl(String setting) {
        namespaces.run(Optional.empty(), "sysctl", "-qw", setting);
    }

    private Process start(Optional<Network> where, List<String> words) throws IOException {
        Process process = new ProcessBuilder(namespaces.inside(where, words))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        running.add(process);
        return process;
    }

    private static List<String> java(Class<?> main, String... args) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        words.addAll(List.of(args));
        return words;
    }

    private Process target(Mode mode, int port) throws IOException {
        Process target = start(Optional.empty(), java(FloodTarget.class, mode.name(), Integer.toString(port)));
        BufferedReader out = new BufferedReader(new InputStreamReader(target.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.equals("ready")) {
            line = out.readLine();
        }
        assertThat(line).as("the target is up").isEqualTo("ready");
        return target;
    }

    private Process flood(String destination, int port) throws IOException {
        return start(
                Optional.of(Network.PUBLIC),
                List.of(
                        "timeout",
                        "-s",
                        "INT",
                        Integer.toString(MOST_FLOOD_SECONDS),
                        "hping3",
                        "-q",
                        "-S",
                        "-p",
                        Integer.toString(port),
                        "-a",
                        SPOOFED,
                        "--flood",
                        destination));
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    /** What the flood and the kernel's threads for packets have used, in nanoseconds. */
    private static long used(Process flood) throws IOException {
        long sum = 0;
        List<Long> pids =
                new ArrayList<>(flood.descendants().map(ProcessHandle::pid).toList());
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                if (comm(process).startsWith("ksoftirqd")) {
                    pids.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        for (long pid : pids) {
            sum += Long.parseLong(
                    Files.readString(Path.of("/proc/" + pid + "/schedstat")).split(" ")[0]);
        }
        return sum;
    }

    private static String comm(Path process) {
        try {
            return Files.readString(process.resolve("comm"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** Field {@code index} of a device in {@code /proc/net/dev}. */
    private long count(Optional<Network> where, String device, int index) {
        for (String line : namespaces.run(where, "cat", "/proc/net/dev").split("\n")) {
            String[] fields = line.strip().split("[ :]+");
            if (fields[0].equals(device)) {
                return Long.parseLong(fields[index]);
            }
        }
        throw new AssertionError("no device " + device);
    }

    /** Packets that have arrived at the proxy. */
    private long arrived() {
        return count(Optional.empty(), Network.PUBLIC.device(), 2);
    }

    /** Packets that the attackers' device has dropped. */
    private long sentNowhere() {
        return count(Optional.of(Network.PUBLIC), SINK, 12);
    }

    private interface Counter {
        long now() throws IOException;
    }

    /** Nanoseconds for each packet, and packets a second, in a window of a flood that runs. */
    private static double[] window(Process flood, Counter packets) throws Exception {
        long began = System.nanoTime();
        long usedBefore = used(flood);
        long before = packets.now();
        TimeUnit.MILLISECONDS.sleep(WINDOW_MILLIS);
        double used = used(flood) - usedBefore;
        double counted = packets.now() - before;
        assertThat(counted).as("packets of the flood").isGreaterThan(1000);
        return new double[] {used / counted, counted / ((System.nanoTime() - began) / 1e9)};
    }

    /** One window of a flood of its own. */
    private double[] window(String destination, int port, Counter packets) throws Exception {
        Process flood = flood(destination, port);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        double[] seen = window(flood, packets);
        end(flood);
        return seen;
    }

    /** What it takes to send a packet. */
    private double costOfSending() throws Exception {
        return window(NOWHERE, FloodTarget.PORT, this::sentNowhere)[0];
    }

    /** What it takes to send a packet over the veth pair, until the proxy's IP looks at it: it drops those of another host. */
    private double costOfTheWire() throws Exception {
        return window(ANOTHER_HOST, FloodTarget.PORT, this::arrived)[0];
    }

    private Row row(Mode mode, int cookies) throws Exception {
        sysctl("net.ipv4.tcp_syncookies=" + cookies);
        Process target = target(mode, FloodTarget.PORT);
        List<Double> nanos = new ArrayList<>();
        List<Double> sending = new ArrayList<>();
        List<Double> wire = new ArrayList<>();
        double rate = 0;
        for (int round = 0; round < ROUNDS; round++) {
            sending.add(costOfSending());
            wire.add(costOfTheWire());
            double[] seen = window(Network.PUBLIC.proxy(), FloodTarget.PORT, this::arrived);
            nanos.add(seen[0]);
            rate = seen[1];
        }
        Process flood = flood(Network.PUBLIC.proxy(), FloodTarget.PORT);
        Process newcomers = start(
                Optional.of(Network.DOMAIN),
                java(FloodNewcomers.class, Network.DOMAIN.proxy(), Integer.toString(HONEST_SECONDS)));
        String[] honest = new String(newcomers.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        assertThat(flood.isAlive()).as("the flood outlasts the honest").isTrue();
        end(flood);
        end(target);
        Row row = new Row(
                mode.title() + ", cookies " + (cookies == 0 ? "off" : "on"),
                median(nanos) - median(sending),
                median(nanos) - median(wire),
                rate,
                Integer.parseInt(honest[0]),
                Integer.parseInt(honest[1]),
                Integer.parseInt(honest[2]));
        System.out.println(text(row));
        return row;
    }

    private static String text(Row row) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.2f | %.2f | %d | %.1f %% | %.1f %% |",
                row.title(),
                row.rate(),
                row.withWire() / 1000,
                row.nanos() / 1000,
                row.tried(),
                100.0 * row.done() / row.tried(),
                100.0 * row.soon() / row.tried());
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().skip(figures.size() / 2).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"PREFIX", "SINKHOLE"})
    void honestClientsOfAnotherPrefixComeInWhileOneFloods(Mode mode) throws Exception {
        Row row = row(mode, 1);
        assertThat(row.tried()).isGreaterThan(200);
        assertThat(row.share()).isGreaterThanOrEqualTo(0.99);
    }

    /** Both listeners are there at once, and are flooded in turn, so that what else the machine does meets both. */
    @Test
    void aSynThatTheFilterDropsCostsMuchLessThanOneThatIsAnsweredWithACookie() throws Exception {
        sysctl("net.ipv4.tcp_syncookies=1");
        int filtered = FloodTarget.PORT + 1;
        target(Mode.NONE, FloodTarget.PORT);
        target(Mode.PREFIX, filtered);
        List<Double> sending = new ArrayList<>();
        List<Double> wire = new ArrayList<>();
        List<Double> cookies = new ArrayList<>();
        List<Double> filter = new ArrayList<>();
        for (int round = 0; round < PAIRED_ROUNDS; round++) {
            sending.add(costOfSending());
            wire.add(costOfTheWire());
            cookies.add(window(Network.PUBLIC.proxy(), FloodTarget.PORT, this::arrived)[0]);
            filter.add(window(Network.PUBLIC.proxy(), filtered, this::arrived)[0]);
        }
        double share = (median(filter) - median(wire)) / (median(cookies) - median(wire));
        double withWire = (median(filter) - median(sending)) / (median(cookies) - median(sending));
        System.out.printf(
                Locale.ROOT,
                "a SYN costs IP and TCP %.2f of a cookie, with the wire %.2f (ns: sending %.0f, wire %.0f, cookies %.0f, filter %.0f)%n",
                share,
                withWire,
                median(sending),
                median(wire),
                median(cookies),
                median(filter));
        assertThat(share)
                .as("sending %s, wire %s, cookies %s, filter %s", sending, wire, cookies, filter)
                .isLessThan(MOST_OF_A_COOKIE);
    }

    @Test
    void theTableOfTheDocumentation() throws Exception {
        assumeTrue(
                Boolean.parseBoolean(System.getenv("SPILLWAY_SYN_FLOOD_TABLE")),
                "SPILLWAY_SYN_FLOOD_TABLE is not true: two minutes that nothing is asserted in");
        for (Mode mode : Mode.values()) {
            row(mode, 1);
            row(mode, 0);
        }
    }
}
