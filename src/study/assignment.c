#include "study/assignment.h"
#include "base/failure.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Dual prices: cost - row - column >= 0, with equality for matched rows and columns. */
struct prices {
    size_t n;
    const double *cost;
    double *row, *column; /* [n] */
    double *slack;        /* [n], least reduced cost from the tree to each column */
    size_t *owner;        /* [n], row matched to a column; n: none */
    size_t *from;         /* [n], row of the tree that attains the slack of a column */
    bool *in_tree;        /* [n], columns */
};

/* Grows the tree rooted at a new row until it reaches a free column; prices stay feasible.
 * Returned: that column */
static size_t reach_free_column(struct prices *p, size_t new_row)
{
    size_t n = p->n, row = new_row;
    for (size_t j = 0; j < n; j++) {
        p->slack[j] = INFINITY;
        p->in_tree[j] = false;
    }
    for (;;) {
        size_t next = n;
        for (size_t j = 0; j < n; j++) {
            double reduced = p->cost[row * n + j] - p->row[row] - p->column[j];
            if (p->in_tree[j])
                continue;
            if (reduced < p->slack[j]) {
                p->slack[j] = reduced;
                p->from[j] = row;
            }
            if (next == n || p->slack[j] < p->slack[next])
                next = j;
        }
        double step = p->slack[next];
        p->row[new_row] += step;
        for (size_t j = 0; j < n; j++) {
            if (p->in_tree[j]) {
                p->row[p->owner[j]] += step;
                p->column[j] -= step;
            } else {
                p->slack[j] -= step;
            }
        }
        p->in_tree[next] = true;
        if (p->owner[next] == n)
            return next;
        row = p->owner[next];
    }
}

/* Matches the columns on the path from the new row to the rows that reached them. */
static void augment(struct prices *p, size_t new_row, size_t free_column)
{
    for (size_t j = free_column;;) {
        size_t row = p->from[j], before = p->n;
        for (size_t i = 0; i < p->n && row != new_row; i++)
            if (p->owner[i] == row && i != j)
                before = i;
        p->owner[j] = row;
        if (row == new_row)
            return;
        j = before;
    }
}

enum aln_status aln_assignment(size_t n, const double *cost, size_t *column)
{
    double *numbers = calloc(3 * n, sizeof *numbers);
    size_t *indices = malloc(2 * n * sizeof *indices);
    bool *in_tree = calloc(n, sizeof *in_tree);
    enum aln_status status = ALN_OK;
    if (numbers == NULL || indices == NULL || in_tree == NULL) {
        status = aln_raise_memory("an assignment of %zu", n);
        goto out;
    }
    struct prices p = {.n = n,
                       .cost = cost,
                       .row = numbers,
                       .column = numbers + n,
                       .slack = numbers + 2 * n,
                       .owner = indices,
                       .from = indices + n,
                       .in_tree = in_tree};
    for (size_t j = 0; j < n; j++)
        p.owner[j] = n;
    for (size_t row = 0; row < n; row++)
        augment(&p, row, reach_free_column(&p, row));
    for (size_t j = 0; j < n; j++)
        column[p.owner[j]] = j;
out:
    free(numbers);
    free(indices);
    free(in_tree);
    return status;
}
