package dev.spillway.listener;

import dev.spillway.security.Family;
import dev.spillway.security.Place;
import dev.spillway.security.Verdict;

/**
 * One of the local addresses at which a listener can be reached, and what a connection to it would be judged now.
 *
 * @param place the address, and where it is
 * @param family of the clients that can reach it
 * @param profileFound how its profile was come by
 * @param verdict what a connection would be judged, its profile included
 */
public record Reach(Place place, Family family, String profileFound, Verdict verdict) {}
