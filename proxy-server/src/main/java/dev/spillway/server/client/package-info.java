/**
 * Speaks to the admin plane of a running proxy: HTTP/1.1 over one plain socket, a request a connection. It is small on
 * purpose: a command has to be back in the time it takes to start a JVM. Start at
 * {@link dev.spillway.server.client.AdminClient}.
 */
package dev.spillway.server.client;
