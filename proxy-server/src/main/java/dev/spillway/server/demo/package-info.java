/**
 * {@code spillway demo}: an upstream, a hostile and an honest crowd that live inside the process, so that a newcomer sees
 * the proxy at work with nothing else installed. The crowds and the upstream serve the attack test as well. None of it
 * shares an event loop with the proxy. Start at {@link dev.spillway.server.demo.Demo}.
 */
@NullMarked
package dev.spillway.server.demo;

import org.jspecify.annotations.NullMarked;
