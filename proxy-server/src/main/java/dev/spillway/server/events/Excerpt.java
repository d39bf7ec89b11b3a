package dev.spillway.server.events;

import java.util.List;
import java.util.stream.Collectors;

/** What others wrote, at a length and in letters fit for one line of a log: nobody can fake a line of ours with it. */
final class Excerpt {
    private Excerpt() {}

    /** {@code text} with a blank for each control character and line end, and {@code ...} for what is over {@code most}. */
    static String of(String text, int most) {
        boolean longer = text.length() > most;
        int end = longer ? most : text.length();
        if (longer && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder plain = new StringBuilder(end + 3);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            plain.append(breaksLine(c) ? ' ' : c);
        }
        return longer ? plain.append("...").toString() : plain.toString();
    }

    /** The first {@code most} of {@code texts}, each at {@code length} at most. */
    static List<String> of(List<String> texts, int most, int length) {
        return texts.stream().limit(most).map(text -> of(text, length)).toList();
    }

    /** {@code shown} after each other, and how many of {@code all} are left out. */
    static String joined(List<?> shown, int all) {
        String text = shown.stream().map(Object::toString).collect(Collectors.joining("; "));
        return all > shown.size() ? text + "; and " + (all - shown.size()) + " more" : text;
    }

    private static boolean breaksLine(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
