package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/** A request that is not carried out: it changed nothing, and {@link #answer} says why. */
final class BadRequest extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Answer answer;

    private BadRequest(String text, Answer answer) {
        super(text, null, false, false);
        this.answer = answer;
    }

    /** 400 with all that is wrong with it; at least one problem. */
    static BadRequest of(List<Answer.Problem> problems) {
        return new BadRequest(problems.toString(), Answer.problems(HttpResponseStatus.BAD_REQUEST, problems));
    }

    /** 400 with the one thing that is wrong with it. */
    static BadRequest of(String error, String expected) {
        return of(List.of(new Answer.Problem(error, expected)));
    }

    /** Another status than 400, for one reason. */
    static BadRequest with(HttpResponseStatus status, String error, String expected) {
        return new BadRequest(error, Answer.problem(status, error, expected));
    }

    /** What the client is told. */
    Answer answer() {
        return answer;
    }
}
