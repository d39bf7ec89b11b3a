package dev.spillway.server.store;

/**
 * Is told what becomes of the settings, by the thread that asked for it, after it holds or was refused. Must not call the store,
 * nor block for long.
 */
@FunctionalInterface
public interface Audit {
    /** A change was made. */
    void made(SettingsStore.Made made);

    /**
     * A change was refused, and nothing has changed.
     *
     * @param origin who asked, and how
     * @param why what was wrong
     */
    default void refused(Origin origin, String why) {}

    /** The store is in trouble, or has come out of it. */
    default void trouble(Persistence persistence) {}

    /** Nobody listens. */
    Audit NONE = made -> {};
}
