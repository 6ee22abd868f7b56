#include "base/illinois.h"

double aln_illinois_next(const struct aln_illinois *root)
{
    double width = root->high - root->low;
    double x = root->high - width * root->weight_high / (root->weight_high - root->weight_low);
    return x > root->low && x < root->high ? x : root->low + width / 2;
}

void aln_illinois_narrow(struct aln_illinois *root, double x, double value)
{
    if (value > 0) {
        root->low = x;
        root->weight_low = value;
        root->weight_high /= root->stays > 0 ? 2 : 1;
        root->stays = 1;
    } else {
        root->high = x;
        root->weight_high = value;
        root->weight_low /= root->stays < 0 ? 2 : 1;
        root->stays = -1;
    }
}
