/* Learning curves. */
#include "figure/series.h"

const struct aln_figure aln_figure_learning = {
    .id = {"learning", "learning curves: generalisation error against time",
           "Saad & Solla, PRE 52 (1995) 4225"},
    .column = {"repeat", "t", "eg"},
    .along = {"t", "eg"},
    .log = "xy",
    .prepare = aln_drawing_series,
};
