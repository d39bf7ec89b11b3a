/**
 * Keeps newcomers out under pressure (S3), by the best means there is. Start at {@link dev.spillway.syngate.SynGate}.
 */
package dev.spillway.syngate;
