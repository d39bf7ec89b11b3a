package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The words before the values, so that a line copied from an old runbook works: an optional {@code netsh}, an optional
 * {@code interface tcp}, then {@code set}, {@code show} or {@code reset} and what of, all in any case and shortened as
 * long as it stays clear what is meant. What is typed in our own way goes through unchanged.
 */
public final class Preamble {
    /** What netsh has below {@code interface tcp} and so do we. */
    private static final List<String> VERBS = List.of("set", "show", "reset");

    private static final Vocabulary INTERFACE = Vocabulary.of("interface");
    private static final Vocabulary TCP = Vocabulary.of("tcp", "teredo");

    private final Vocabulary commands;
    private final Map<String, List<String>> below;
    private final List<String> rest;
    private int next;

    private Preamble(List<String> words, Map<String, List<String>> commands) {
        this.rest = words;
        this.commands = new Vocabulary(List.copyOf(commands.keySet()));
        this.below = commands;
    }

    /**
     * The same line as our own commands have it: {@code netsh int tcp sh sec} becomes {@code show security}.
     *
     * @param words the whole line
     * @param commands every command there is, each with what can follow it; empty if that is not a command
     */
    public static Reading<List<String>> strip(List<String> words, Map<String, List<String>> commands) {
        return new Preamble(words, commands).strip();
    }

    private Reading<List<String>> strip() {
        boolean netsh = at("netsh") || at("netsh.exe");
        next += netsh ? 1 : 0;
        boolean inContext = word().length() > 1 && INTERFACE.find(word()).isPresent();
        if (inContext) {
            next++;
            if (!TCP.find(word()).equals(Optional.of("tcp"))) {
                return refused(shownWord("interface"), "interface tcp; nothing else of it is known here");
            }
            next++;
        }
        boolean old = netsh || inContext;
        if (done() || word().startsWith("-")) {
            return old && done() ? refused("no command", new Vocabulary(VERBS).listed("or")) : understood(List.of());
        }
        Vocabulary verbs = old ? new Vocabulary(VERBS) : commands;
        List<String> candidates = verbs.candidates(word());
        boolean ours = candidates.stream().anyMatch(VERBS::contains) || word().length() > 1 && exact(candidates);
        if (candidates.size() == 1 && ours) {
            return verb(candidates.get(0));
        }
        return old || ours
                ? refused("command " + Mistake.shown(word()), verbs.expectationFor(word()))
                : understood(List.of());
    }

    private boolean exact(List<String> candidates) {
        return candidates.size() == 1 && candidates.get(0).equals(word().toLowerCase(Locale.ROOT));
    }

    /** The verb, and what of: a word after it that is neither an option nor one of its own values. */
    private Reading<List<String>> verb(String verb) {
        next++;
        Vocabulary objects = new Vocabulary(below.getOrDefault(verb, List.of()));
        if (objects.words().isEmpty() || done() || word().startsWith("-") || help()) {
            return understood(List.of(verb));
        }
        List<String> candidates = objects.candidates(word());
        if (candidates.size() != 1) {
            return refused(verb + " " + Mistake.shown(word()), verb + " " + objects.expectationFor(word()));
        }
        next++;
        return understood(List.of(verb, candidates.get(0)));
    }

    private Reading<List<String>> understood(List<String> first) {
        List<String> line = new ArrayList<>(first);
        while (!done()) {
            boolean help = help();
            line.add(help ? "--help" : word());
            next++;
        }
        return new Reading.Understood<>(line);
    }

    /** How netsh is asked for help: a question mark as the last word. */
    private boolean help() {
        return next == rest.size() - 1 && (word().equals("?") || word().equals("/?"));
    }

    private static Reading<List<String>> refused(String error, String expected) {
        return new Reading.Refused<>(List.of(new Mistake(error, expected)));
    }

    private boolean done() {
        return next >= rest.size();
    }

    private String word() {
        return done() ? "" : rest.get(next);
    }

    private String shownWord(String before) {
        return done() ? before + ": nothing after it" : before + " " + Mistake.shown(word());
    }

    private boolean at(String name) {
        return word().equalsIgnoreCase(name);
    }
}
