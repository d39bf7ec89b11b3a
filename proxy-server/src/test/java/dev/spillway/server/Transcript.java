package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a page of documentation says is typed at a shell, and what it says is answered.
 *
 * <p>Two kinds of fenced blocks count. All of a block {@code sh} is typed; every command of it has to succeed, and what it
 * prints is not looked at. In a block {@code console} lines that begin with <code>"$ "</code> are typed, those that begin
 * with <code>"&gt; "</code> right below them are the rest of what is typed, and the lines up to the next are the answer,
 * standard error included; {@link Comparison} says what {@code ...} stands for.
 */
final class Transcript {
    /**
     * What is typed before the next answer.
     *
     * @param line where it is in the page, from 1
     * @param answer what the page says is answered
     * @param compared whether the answer counts; if not, every command has to succeed
     */
    record Step(int line, String typed, List<String> answer, boolean compared) {
        /** The same with other words, as other ports; both in what is typed and in what is answered. */
        Step with(UnaryOperator<String> words) {
            return new Step(line, words.apply(typed), answer.stream().map(words).toList(), compared);
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<String> page;

    private Transcript(List<String> page) {
        this.page = page;
    }

    /** The steps of {@code page} below these headings, in the order of the page. */
    static List<Step> of(Path page, List<String> headings) throws IOException {
        Transcript transcript = new Transcript(Files.readAllLines(page));
        assertThat(transcript.page).as("%s has the headings", page).containsAll(headings);
        transcript.read(headings);
        return transcript.steps;
    }

    private void read(List<String> headings) {
        boolean wanted = false;
        for (int i = 0; i < page.size(); i++) {
            String line = page.get(i);
            if (line.startsWith("## ")) {
                wanted = headings.contains(line);
            } else if (line.startsWith("```")) {
                int end = i + 1 + page.subList(i + 1, page.size()).indexOf("```");
                assertThat(end).as("the end of the block in line %s", i + 1).isGreaterThan(i);
                if (wanted && line.equals("```sh")) {
                    steps.add(new Step(i + 2, String.join("\n", page.subList(i + 1, end)), List.of(), false));
                } else if (wanted && line.equals("```console")) {
                    console(i + 1, end);
                }
                i = end;
            }
        }
    }

    private void console(int from, int end) {
        assertThat(page.get(from)).as("line %s", from + 1).startsWith("$ ");
        int i = from;
        while (i < end) {
            int start = i;
            List<String> typed = new ArrayList<>(List.of(page.get(i).substring(2)));
            for (i++; i < end && page.get(i).startsWith("> "); i++) {
                typed.add(page.get(i).substring(2));
            }
            int answer = i;
            while (i < end && !page.get(i).startsWith("$ ")) {
                i++;
            }
            steps.add(new Step(start + 1, String.join("\n", typed), List.copyOf(page.subList(answer, i)), true));
        }
    }
}
