/**
 * Spillway as operators run it: the image of {@code docker/Dockerfile} with the packaged jar, in front of redis and nginx
 * in containers of their own, driven from outside. Start at {@link dev.spillway.server.container.Scene}; what the tests
 * need of the machine is said at {@link dev.spillway.server.container.RequiresDocker}. The tests of the image's scripts
 * and of the compose file need no engine.
 */
package dev.spillway.server.container;
