/**
 * Attacks on a running proxy whose kernel TCP memory is limited, and what they leave of honest clients' traffic. Start
 * with {@link dev.spillway.bench.attack.AttackTrial}: one proxy, one attack, from calm to calm.
 */
@NullMarked
package dev.spillway.bench.attack;

import org.jspecify.annotations.NullMarked;
