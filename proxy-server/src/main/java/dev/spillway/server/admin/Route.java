package dev.spillway.server.admin;

/** What becomes of a request, decided by its head. */
sealed interface Route {
    /** It is answered at once; a body that it announces is not read. */
    record Now(Answer answer) implements Route {}

    /** Its body is read, and then it changes something. */
    record AfterBody(ChangeCall call) implements Route {}
}
