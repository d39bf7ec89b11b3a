/**
 * Which transport carries the bytes and why, its event loops, and the socket options that differ between transports.
 * Start at {@link dev.spillway.transport.Transport}.
 */
package dev.spillway.transport;
