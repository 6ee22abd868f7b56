/* The stability diagram: `alignode fixedpoint` with fixedpoint.diagram. */
#ifndef ALIGNODE_STUDY_DIAGRAM_H
#define ALIGNODE_STUDY_DIAGRAM_H

#include "run/run.h"

enum aln_status aln_diagram(const struct aln_params *params, const struct aln_run_options *options);

#endif
