/**
 * The security settings as people ask for them: layer upon layer (the operator's file, the persistent store, what is active
 * until the next start), who asked for what, and the one place where a change is made. Knows nothing of HTTP or of
 * the configuration's syntax. Start at {@link dev.spillway.server.store.SettingsStore}.
 */
package dev.spillway.server.store;
