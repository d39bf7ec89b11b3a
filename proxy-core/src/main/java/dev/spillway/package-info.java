/**
 * The proxy as a whole: {@link dev.spillway.Proxy} starts it, shows what it does and ends it; {@link
 * dev.spillway.ProxySettings} is what it is made of. The rooms below it import one way only: see {@code docs/design.md}.
 */
package dev.spillway;
