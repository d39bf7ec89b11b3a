package dev.spillway.security;

import java.util.List;

/**
 * A judgement with its reasons, for whoever asks why.
 *
 * @param verdict what came of it
 * @param profileFound how the profile was come by
 * @param steps every question there is, in the order in which they are asked; the first that decides is the verdict
 */
public record Judgement(Verdict verdict, String profileFound, List<Step> steps) {
    public Judgement {
        steps = List.copyOf(steps);
    }

    /**
     * One question.
     *
     * @param standing the standing it would give
     * @param question what is asked
     * @param value what it is asked of
     * @param applies whether the answer is yes
     * @param decides whether it is the first to which it is
     */
    public record Step(Standing standing, String question, String value, boolean applies, boolean decides) {}
}
