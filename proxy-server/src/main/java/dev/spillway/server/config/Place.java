package dev.spillway.server.config;

/**
 * Where something stands.
 *
 * @param file as the operator named it
 * @param line from 1; 0 if unknown
 */
record Place(String file, int line) {
    /** {@code spillway.conf:12}. */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
