/**
 * Reads what {@code regedit} exported and finds in it the values of Memory Pressure Protection (S18-S20, S22). Pure but for
 * the bytes it is handed; a file may be large, broken or not a registry file at all. Start at
 * {@link dev.spillway.server.registry.RegistryImport}.
 */
package dev.spillway.server.registry;
