/**
 * Which known word was meant by an unknown one: for messages about files, commands and requests alike. Knows nobody; start
 * at {@link dev.spillway.server.spelling.Spelling}.
 */
package dev.spillway.server.spelling;
