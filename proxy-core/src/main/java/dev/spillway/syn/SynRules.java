package dev.spillway.syn;

/**
 * What the gate enforces on one listener: of the SYNs to its addresses that are not exempt, those of offenders are dropped,
 * and of the others a share. Nothing else is: no handshake under way, no connection, no segment without SYN.
 *
 * @param order what is kept out
 * @param destinations at which of its addresses
 */
public record SynRules(SynOrder order, Destinations destinations) {}
