/** Placeholder. */
package dev.spillway.server;
