/**
 * The command line: what is typed, what is printed, and the exit codes. Nothing is run here; that is handed in as a
 * {@link dev.spillway.server.cli.ProxyProcess}. Start at {@link dev.spillway.server.cli.CommandTree}.
 */
package dev.spillway.server.cli;
