/** Allowances: how many connections there may be, and who may take the last ones. Pure: no Netty, no clock. */
package dev.spillway.limit;
