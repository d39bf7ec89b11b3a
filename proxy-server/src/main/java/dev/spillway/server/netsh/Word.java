package dev.spillway.server.netsh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One word of a line, {@code tag=value} or a value alone.
 *
 * @param tag as typed; null for a value alone
 * @param value as typed; may be empty
 */
record Word(@Nullable String tag, String value) {
    /** Splits what a shell handed over; a {@code =} may stand by itself or at either end, as in {@code mpp = enabled}. */
    static List<Word> split(List<String> typed) {
        List<String> joined = new ArrayList<>();
        boolean open = false;
        for (String raw : typed) {
            String part = raw.strip();
            boolean goesOn = !joined.isEmpty() && (open && !part.contains("=") || continues(joined, part));
            if (goesOn) {
                int last = joined.size() - 1;
                joined.set(last, joined.get(last) + part);
            } else {
                joined.add(part);
            }
            open = part.endsWith("=");
        }
        return joined.stream().map(Word::of).toList();
    }

    private static boolean continues(List<String> joined, String part) {
        return part.startsWith("=") && !joined.get(joined.size() - 1).contains("=");
    }

    private static Word of(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Word(null, text)
                : new Word(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).strip());
    }

    @Override
    public String toString() {
        String typed = tag == null ? value : tag + "=" + value;
        return typed.isEmpty() ? "\"\"" : Mistake.shown(typed);
    }
}
