/* Whether a weight crosses zero within a step, shared by the engine and by lanes, which must decide alike. */
#ifndef ALIGNODE_LANES_SIDE_H
#define ALIGNODE_LANES_SIDE_H

/* The share of a step at which a weight seems to be on the other side of zero, though it ends on its own: by the
 * cubic through its values and slopes at both ends. 0: nowhere.
 * Given: side  1, -1 or 0: none; w, dw  the weight, and its slope times the step */
static inline double aln_side_left_at(double side, double w0, double dw0, double w1, double dw1)
{
    const double a = side * w0, b = side * w1, da = side * dw0, db = side * dw1;
    if (!(da < 0 && db > 0))
        return 0;
    for (double s = 0.0625; s < 1; s += 0.0625) {
        double r = 1 - s;
        if (r * r * ((1 + 2 * s) * a + s * da) + s * s * ((1 + 2 * r) * b - r * db) < 0)
            return s;
    }
    return 0;
}

#endif
