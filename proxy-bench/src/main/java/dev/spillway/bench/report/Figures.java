package dev.spillway.bench.report;

import dev.spillway.bench.measure.Spread;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** How figures are written for people: three digits that count, no exponent. */
public final class Figures {
    private static final int DIGITS = 3;
    private static final MathContext ROUNDING = new MathContext(DIGITS, RoundingMode.HALF_UP);

    private Figures() {}

    /** {@code figure}, e.g. {@code 0.123}, {@code 1.00}, {@code 12300}. */
    public static String of(double figure) {
        if (figure == 0) {
            return "0";
        }
        BigDecimal rounded = BigDecimal.valueOf(figure).round(ROUNDING);
        int digitsBeforePoint = rounded.precision() - rounded.scale();
        return rounded.setScale(Math.max(0, DIGITS - digitsBeforePoint), RoundingMode.UNNECESSARY)
                .toPlainString();
    }

    /** Median, and the ends in brackets. */
    public static String of(Spread spread) {
        return of(spread.median()) + " (" + of(spread.min()) + "–" + of(spread.max()) + ")";
    }
}
