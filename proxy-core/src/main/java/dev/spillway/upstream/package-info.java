/**
 * Where connections go: pools of servers, the choice between them, name resolution and connecting with fail-over.
 * Start at {@link dev.spillway.upstream.Upstream}.
 */
package dev.spillway.upstream;
