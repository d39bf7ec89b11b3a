package dev.spillway.server.namespace;

import dev.spillway.server.demo.DemoUpstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;

/**
 * The process in a namespace that plays everybody there. It takes commands, a line each, and answers each with one line; it
 * ends when its input does, and by itself after some minutes.
 *
 * <ul>
 *   <li>{@code upstream NAME ADDRESS PORT}: the demo's upstream
 *   <li>{@code controller NAME ADDRESS PORT}
 *   <li>{@code honest NAME FROM ADDRESS PORT KEEPING FLEETING}: {@link HonestGroup}
 *   <li>{@code hostile NAME FROM ADDRESS PORT CLIENTS}: {@link HostileGroup}
 *   <li>{@code counts NAME}
 *   <li>{@code stop NAME}: with the last counts
 *   <li>{@code get URL}: the answer, which has to be one line
 * </ul>
 */
final class PlayerProcess {
    private static final Duration LIFE = Duration.ofMinutes(4);
    private static final int UPSTREAM_CONNECTIONS = 4000;
    private static final int GET_MILLIS = 10_000;

    private static final Map<String, Group> GROUPS = new LinkedHashMap<>();

    private PlayerProcess() {}

    public static void main(String[] args) throws IOException {
        new Timer("end", true)
                .schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                Runtime.getRuntime().halt(3);
                            }
                        },
                        LIFE.toMillis());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String answer;
            try {
                answer = answer(line.split(" "));
            } catch (IOException | RuntimeException e) {
                answer = "failed: " + e;
            }
            System.out.println(answer);
        }
        GROUPS.values().forEach(Group::close);
    }

    private static String answer(String[] words) throws IOException {
        String name = words[1];
        switch (words[0]) {
            case "get":
                return get(words[1]);
            case "counts":
                return group(name).counts();
            case "stop":
                Group ended = group(name);
                ended.close();
                GROUPS.remove(name);
                return ended.counts();
            case "upstream":
                return begin(name, upstream(at(words[2], words[3])));
            case "controller":
                return begin(name, new ListenerGroup(at(words[2], words[3])));
            case "honest":
                return begin(
                        name,
                        new HonestGroup(
                                name,
                                InetAddress.getByName(words[2]),
                                at(words[3], words[4]),
                                Integer.parseInt(words[5]),
                                Integer.parseInt(words[6])));
            case "hostile":
                return begin(
                        name,
                        new HostileGroup(
                                name,
                                InetAddress.getByName(words[2]),
                                at(words[3], words[4]),
                                Integer.parseInt(words[5])));
            default:
                return "failed: no command " + words[0];
        }
    }

    private static InetSocketAddress at(String address, String port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address), Integer.parseInt(port));
    }

    private static String begin(String name, Group group) {
        if (GROUPS.putIfAbsent(name, group) != null) {
            group.close();
            return "failed: there is a " + name + " already";
        }
        return "begun";
    }

    private static Group group(String name) {
        Group group = GROUPS.get(name);
        if (group == null) {
            throw new IllegalArgumentException("nobody is called " + name);
        }
        return group;
    }

    private static Group upstream(InetSocketAddress at) throws IOException {
        DemoUpstream upstream = DemoUpstream.start(at, UPSTREAM_CONNECTIONS, LIFE, "");
        return new Group() {
            @Override
            public String counts() {
                return "accepted=" + upstream.accepted();
            }

            @Override
            public void close() {
                upstream.close();
            }
        };
    }

    private static String get(String url) throws IOException {
        var connection = URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(GET_MILLIS);
        connection.setReadTimeout(GET_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
