/**
 * Where this machine is: its interfaces and their addresses as they come and go, and which of them reach a domain
 * controller (S4). Start at {@link dev.spillway.network.NetworkWatch}.
 */
package dev.spillway.network;
