/**
 * The grammar of {@code netsh interface tcp}, as far as it is about Memory Pressure Protection (S17), with our own words
 * beside it: what was typed becomes a meaning, or the list of everything that is wrong with it. Pure: nothing is asked,
 * nothing is sent. Start at {@link dev.spillway.server.netsh.SetLine}.
 */
package dev.spillway.server.netsh;
