/**
 * The proxies that are compared, each started as a child process with a configuration written for the run. Start with
 * {@link dev.spillway.bench.contender.Contender}; whatever is started or written here is owned by
 * {@link dev.spillway.bench.contender.ChildProcesses} and ends with it.
 */
@NullMarked
package dev.spillway.bench.contender;

import org.jspecify.annotations.NullMarked;
