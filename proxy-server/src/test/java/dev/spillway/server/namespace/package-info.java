/**
 * Spillway on interfaces of its own: the packaged jar in a network namespace, with a private, a public and a domain network
 * at the other ends of veth pairs. Start at {@link dev.spillway.server.namespace.NetworksIT}; what it needs of the machine is
 * said at {@link dev.spillway.server.namespace.RequiresNamespaces}.
 */
package dev.spillway.server.namespace;
