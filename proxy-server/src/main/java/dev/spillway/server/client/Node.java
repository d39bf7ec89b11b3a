package dev.spillway.server.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object of an answer. Asked for something that is not there, or of another kind, it gives nothing rather than fail:
 * the process that answered may be older or newer than this command.
 */
public final class Node {
    private static final Node EMPTY = new Node(Map.of());

    private final Map<?, ?> members;

    Node(Map<?, ?> members) {
        this.members = members;
    }

    /** Whether {@code name} is there and not null. */
    public boolean has(String name) {
        return members.get(name) != null;
    }

    /** A string, number or boolean as text; empty if it is null, absent or of another kind. */
    public Optional<String> text(String name) {
        Object value = members.get(name);
        return value == null || value instanceof Map || value instanceof List
                ? Optional.empty()
                : Optional.of(Shown.plain(value.toString()));
    }

    /** The same, or {@code -}. */
    public String orDash(String name) {
        return text(name).filter(text -> !text.isEmpty()).orElse("-");
    }

    /** A whole number; -1 if there is none. */
    public long number(String name) {
        return members.get(name) instanceof Number number ? number.longValue() : -1;
    }

    /** A number; empty if there is none. */
    public Optional<Double> decimal(String name) {
        return members.get(name) instanceof Number number ? Optional.of(number.doubleValue()) : Optional.empty();
    }

    /** Whether it is true. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    /** An object; one without members if there is none. */
    public Node node(String name) {
        return of(members.get(name));
    }

    /** The objects of a list. */
    public List<Node> nodes(String name) {
        return elements(name).stream().map(Node::of).toList();
    }

    /** The strings of a list. */
    public List<String> texts(String name) {
        return elements(name).stream()
                .map(each -> Shown.plain(String.valueOf(each)))
                .toList();
    }

    /** Names and values, as text, of what is no object and no list. */
    public Map<String, String> plain() {
        Map<String, String> plain = new LinkedHashMap<>();
        members.keySet()
                .forEach(name -> text(String.valueOf(name))
                        .ifPresent(text -> plain.put(Shown.plain(String.valueOf(name)), text)));
        return plain;
    }

    private List<@Nullable Object> elements(String name) {
        return members.get(name) instanceof List<?> list ? new ArrayList<>(list) : List.of();
    }

    private static Node of(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? new Node(map) : EMPTY;
    }
}
