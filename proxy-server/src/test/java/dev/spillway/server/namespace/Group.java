package dev.spillway.server.namespace;

/** Something that goes on in a {@link PlayerProcess} until it is closed. */
interface Group extends AutoCloseable {
    /** What became of it so far, as {@code name=number} with blanks between; any thread. */
    String counts();

    @Override
    void close();
}
