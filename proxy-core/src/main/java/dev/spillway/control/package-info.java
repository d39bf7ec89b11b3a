/**
 * Where decisions meet channels: read, evaluate, plan, apply. The only place in which a decision touches a connection.
 * Start at {@link dev.spillway.control.Controller}.
 */
package dev.spillway.control;
