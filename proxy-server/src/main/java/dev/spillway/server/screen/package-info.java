/**
 * What the admin plane answers, as a terminal shows it: an object of JSON in, lines out. Pure. Start at
 * {@link dev.spillway.server.screen.SecurityScreen}.
 */
package dev.spillway.server.screen;
