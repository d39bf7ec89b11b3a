/**
 * What a run leaves behind: the same {@link dev.spillway.bench.report.Report} as JSON with every single figure, and as
 * Markdown with medians, spreads and ratios.
 */
@NullMarked
package dev.spillway.bench.report;

import org.jspecify.annotations.NullMarked;
