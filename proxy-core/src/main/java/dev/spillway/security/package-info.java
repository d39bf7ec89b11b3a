/**
 * The settings of Memory Pressure Protection (the switch, the profiles, the port exemptions, with what is said of families,
 * interfaces and listeners) and the judgement made from them. Pure: no I/O, no clock. Start at
 * {@link dev.spillway.security.SecurityPolicy}.
 */
package dev.spillway.security;
