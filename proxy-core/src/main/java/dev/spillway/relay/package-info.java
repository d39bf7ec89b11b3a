/**
 * A joined pair: two equal halves named by direction, back-pressure, half-close, the ledger of what they hold, and the
 * registry of all live relays. Start at {@link dev.spillway.relay.Relay}; {@link dev.spillway.relay.MemoryBudget} owns
 * the rule that no byte is read that there is no room for.
 */
package dev.spillway.relay;
