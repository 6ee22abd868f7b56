/* Finds where a function falls through zero by the Illinois variant of false position: the weight
 * of an end that is kept twice in a row is halved, so that both ends converge.
 *
 * The caller evaluates the function and decides when the bracket is small enough:
 *     struct aln_illinois root = {low, high, f(low), f(high)};    f(low) > 0 >= f(high), low < high
 *     x = aln_illinois_next(&root), aln_illinois_narrow(&root, x, f(x)), ...
 * Source: Dowell & Jarratt, BIT 11 (1971) 168 */
#ifndef ALIGNODE_BASE_ILLINOIS_H
#define ALIGNODE_BASE_ILLINOIS_H

struct aln_illinois {
    double low, high;               /* the root is between them, or at high */
    double weight_low, weight_high; /* the function there, halved while the end is kept */
    int stays; /* the end that the last step kept: 1 high, -1 low, 0 none yet */
};

/* Where to evaluate the function next: low < x < high, unless no number is between them. */
double aln_illinois_next(const struct aln_illinois *root);
/* Replaces one end by x, where the function is `value`. */
void aln_illinois_narrow(struct aln_illinois *root, double x, double value);

#endif
