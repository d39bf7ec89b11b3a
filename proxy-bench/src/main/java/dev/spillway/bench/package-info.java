/** Placeholder. */
package dev.spillway.bench;
