/**
 * The operator's file: HOCON in, settings out, every problem reported together with file and line. Reads and judges,
 * opens no socket. Start at {@link dev.spillway.server.config.ConfigurationFile}; what each key means and its default
 * is in {@code reference.conf}.
 */
package dev.spillway.server.config;
