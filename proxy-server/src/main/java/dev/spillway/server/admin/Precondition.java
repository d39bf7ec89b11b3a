package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state that a change was meant for, as {@code If-Match} names it: two administrators who both looked at generation
 * 17 must not overwrite each other, so the second is told that there is an 18.
 */
final class Precondition {
    private static final String EXPECTED = "the ETag of what was read, as \"17-3fa9c1\", or * for whatever is there";
    private static final Pattern TAG = Pattern.compile("\"([0-9]{1,18})(?:-([0-9a-f]{1,16}))?\"");

    private Precondition() {}

    /** Stands for settings that are in force no more, whatever their number was. */
    private static final long GONE = -1;

    /** The tag of a generation, with what tells this process from the one before, whose generations began at 1 too. */
    static String tag(long generation, String run) {
        return generation + "-" + run;
    }

    /**
     * The generation it names; empty for {@code *}, any. A number alone, as people type it, is taken for one of this process.
     *
     * @param run that of this process
     * @throws BadRequest 428 if there is none, 400 if it is none of ours: a weak one, a list, no number
     */
    static OptionalLong generation(Optional<String> ifMatch, String run) throws BadRequest {
        if (ifMatch.isEmpty()) {
            throw BadRequest.with(HttpResponseStatus.PRECONDITION_REQUIRED, "If-Match: none", EXPECTED);
        }
        String text = ifMatch.get().trim();
        if (text.equals("*")) {
            return OptionalLong.empty();
        }
        Matcher tag = TAG.matcher(text);
        if (!tag.matches()) {
            throw BadRequest.of("If-Match: " + Query.shortened(text), EXPECTED);
        }
        boolean ours = tag.group(2) == null || tag.group(2).equals(run);
        return OptionalLong.of(ours ? Long.parseLong(tag.group(1)) : GONE);
    }
}
