package dev.spillway.server.namespace;

import dev.spillway.server.container.HostCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace for the proxy and one for the clients of each {@link Network}, joined by veth pairs. The names carry
 * the number of this process, so that runs side by side don't meet; what a run that was killed has left is removed by the
 * next one, the processes in it included. Closed by {@link #close()}, or by the end of this process.
 *
 * <p>The clients' default route leads to the proxy. So a controller in the domain's network could answer to the proxy's
 * public address, and it is up to the proxy not to be deceived by that.
 */
final class Namespaces implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("spw-([0-9]+)-[0-9]+-[a-z]+");
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String stem = "spw-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet() + "-";
    private final List<String> made = new ArrayList<>();
    private final Thread atExit = new Thread(this::removeAll, "remove-namespaces");

    private Namespaces() {}

    /** @throws IllegalStateException if they can't be made here, with the command that failed and what it said */
    static Namespaces make() {
        removeLeftovers();
        Namespaces all = new Namespaces();
        Runtime.getRuntime().addShutdownHook(all.atExit);
        try {
            all.add(Optional.empty());
            for (Network network : Network.values()) {
                all.add(Optional.of(network));
                all.join(network);
            }
            return all;
        } catch (IllegalStateException refused) {
            all.close();
            throw refused;
        }
    }

    /** The namespace of a network's clients; of the proxy if there is no network. */
    private String name(Optional<Network> network) {
        return stem + network.map(each -> each.name().toLowerCase(Locale.ROOT)).orElse("proxy");
    }

    private void add(Optional<Network> network) {
        String name = name(network);
        command("ip", "netns", "add", name);
        made.add(name);
        command("ip", "-n", name, "link", "set", "lo", "up");
    }

    private void join(Network network) {
        String proxy = name(Optional.empty());
        String clients = name(Optional.of(network));
        String device = network.device();
        command("ip", "link", "add", device, "netns", proxy, "type", "veth", "peer", "name", "eth0", "netns", clients);
        command("ip", "-n", proxy, "addr", "add", network.proxy() + "/24", "dev", device);
        command("ip", "-n", clients, "addr", "add", network.hostile() + "/24", "dev", "eth0");
        command("ip", "-n", clients, "addr", "add", network.honest() + "/24", "dev", "eth0");
        command("ip", "-n", proxy, "link", "set", device, "up");
        command("ip", "-n", clients, "link", "set", "eth0", "up");
        command("ip", "-n", clients, "route", "add", "default", "via", network.proxy());
    }

    /** Gives the proxy one more address in a network. */
    void addAddress(Network network, String address) {
        command("ip", "-n", name(Optional.empty()), "addr", "add", address + "/24", "dev", network.device());
    }

    /** Takes it away again. */
    void removeAddress(Network network, String address) {
        command("ip", "-n", name(Optional.empty()), "addr", "del", address + "/24", "dev", network.device());
    }

    /** A command line that runs {@code words} where {@link #name} says; {@code ip} becomes what it runs. */
    List<String> inside(Optional<Network> network, List<String> words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(network)));
        all.addAll(words);
        return all;
    }

    /** Runs a command inside to its end, and demands that it succeeds. */
    String run(Optional<Network> network, String... words) {
        return command(inside(network, Arrays.asList(words)).toArray(String[]::new));
    }

    private static String command(String... words) {
        HostCommand done = HostCommand.run(words);
        if (!done.succeeded()) {
            throw new IllegalStateException("\"" + String.join(" ", words) + "\" ended with " + done.status() + ": "
                    + done.err().strip());
        }
        return done.out();
    }

    private static void removeLeftovers() {
        HostCommand list = HostCommand.run("ip", "netns", "list");
        for (String line : list.succeeded() ? list.out().split("\n") : new String[0]) {
            Matcher name = NAME.matcher(line.split(" ")[0]);
            if (name.matches()
                    && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                remove(name.group());
            }
        }
    }

    /** A namespace lives on without its name while there is a process in it, and with it its end of a veth pair. */
    private static void remove(String name) {
        for (String pid : HostCommand.run("ip", "netns", "pids", name).out().split("\\s+")) {
            if (!pid.isEmpty()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        HostCommand.run(Map.of(), List.of("ip", "netns", "delete", name));
    }

    private synchronized void removeAll() {
        made.forEach(Namespaces::remove);
        made.clear();
    }

    @Override
    public void close() {
        removeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // It runs, or has run.
        }
    }
}
