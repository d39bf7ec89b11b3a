/**
 * What policy may know of a connection: plain facts, and the words for how one ends. Pure: no Netty, no clock.
 * Start at {@link dev.spillway.connection.ConnectionFacts}.
 */
package dev.spillway.connection;
