/**
 * The process: {@link dev.spillway.server.Main} is the table of contents, {@link dev.spillway.server.Wiring} starts the
 * parts in order and ends them in reverse.
 */
package dev.spillway.server;
