package dev.spillway.listener;

/**
 * What the kernel holds for a listener until it is accepted, and what it has dropped at its door; of all its sockets
 * together.
 *
 * @param length connections that are established and not accepted yet
 * @param limit how many there may be. The kernel chooses a socket for each connection by its addresses, so one of several
 *     may be full while there is room in the others
 * @param dropped SYNs and ACKs dropped at these sockets since the listener began: for want of room in a queue, and those
 *     that a filter of the SYN gate dropped, which the kernel does not tell apart; with those that its sinkhole dropped
 */
public record AcceptQueue(long length, long limit, long dropped) {}
