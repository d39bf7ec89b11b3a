/**
 * Where connections come in: binding, and admission at the parent channel before anything is spent on a connection.
 * Start at {@link dev.spillway.listener.Listener}.
 */
package dev.spillway.listener;
