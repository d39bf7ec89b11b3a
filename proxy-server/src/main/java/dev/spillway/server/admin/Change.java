package dev.spillway.server.admin;

/**
 * What a request may change: the other half of an endpoint, beside what it shows. Changes run one after the other on the
 * thread of {@link Changes}, so that one may read, decide and write without another in between, and may block on a disk.
 */
interface Change {
    /**
     * Carries it out, all or nothing.
     *
     * @throws BadRequest if it can't be carried out as it was asked for; nothing has changed then
     */
    Answer apply(ChangeRequest request) throws BadRequest;
}
