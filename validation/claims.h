/* The claims of the two-layer theory, each with its numbers, tolerances and verdicts. A claim is a
 * row of the table in run_claims.c; it runs through the library's public interface only. */
#ifndef ALIGNODE_VALIDATION_CLAIMS_H
#define ALIGNODE_VALIDATION_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/ode.h"
#include "alignode/problem.h"
#include "params/matrix.h"
#include "report.h"
#include "run/ensemble.h"

/* Progress for engines and studies: it passes on stop requests and shows no bar. */
extern struct aln_progress aln_claim_stop;
/* Has a stop been requested? The lines of a claim that is stopped are not used, so long loops end. */
bool aln_claim_stopped(void);

/* Runs one engine from p->start and observes it. May be called by several threads at once.
 * Given:    repeat  of chain and sgd; 0 for the ode
 *           times   count increasing times, t = steps/N; chain and sgd stop at the nearest step
 * Returned: rows (count x aln_problem_columns(p)) */
enum aln_status aln_claim_run(enum aln_engine_kind engine, const struct aln_problem *p,
                              uint64_t repeat, size_t count, const double *times, double *rows);
/* The same for the ode, filling in events. */
enum aln_status aln_claim_watch(const struct aln_problem *p, size_t count, const double *times,
                                double *rows, size_t event_count, struct aln_event *events);
/* Runs repeats first, ..., end - 1 in turn and passes each to the sink. */
enum aln_status aln_claim_repeats(enum aln_engine_kind engine, const struct aln_problem *p,
                                  uint64_t first, uint64_t end, size_t count, const double *times,
                                  aln_repeat_sink sink, void *context);

/* Sorts n values and returns the median; for even n, the mean of the middle two. */
double aln_claim_median(size_t n, double *value);

/* The setting of the published two-layer figures: N = 500, K = M = 2, erf, weights and read-out
 * with standard deviation 1e-2, V2 = 1, both rates 0.1, no noise; everything drawn from `seed`. F1
 * is standard normal, or the K numbers given.
 * Returned: *out  yours, aln_problem_free() */
enum aln_status aln_claim_figure_problem(struct aln_problem **out, const char *rule, uint64_t seed,
                                         const double *F1);

/* A problem without symmetries, drawn from one seed: as many units as outputs, a student half as
 * large as its teacher, noise, decay, unequal rates. Feedback that learns has the rate and decay of
 * the read-out.
 * Given:    W2, V2  the read-outs of student and teacher
 * Returned: *out  yours, aln_problem_free() */
enum aln_status aln_claim_generic_problem(struct aln_problem **out, const char *activation,
                                          const char *rule, size_t outputs,
                                          const struct aln_entries *W2,
                                          const struct aln_entries *V2);

void aln_claim_s1_quick(struct aln_report *r);
void aln_claim_s1_full(struct aln_report *r);
void aln_claim_s2_quick(struct aln_report *r);
void aln_claim_s2_full(struct aln_report *r);
void aln_claim_s3(struct aln_report *r);
void aln_claim_s4(struct aln_report *r);
void aln_claim_s5_quick(struct aln_report *r);
void aln_claim_s5_full(struct aln_report *r);
void aln_claim_s6_quick(struct aln_report *r);
void aln_claim_s6_full(struct aln_report *r);
void aln_claim_s7_quick(struct aln_report *r);
void aln_claim_s7_full(struct aln_report *r);
void aln_claim_s8_quick(struct aln_report *r);
void aln_claim_s8_full(struct aln_report *r);
void aln_claim_s9_quick(struct aln_report *r);
void aln_claim_s9_full(struct aln_report *r);
void aln_claim_f1_quick(struct aln_report *r);
void aln_claim_f1_full(struct aln_report *r);
void aln_claim_f2_quick(struct aln_report *r);
void aln_claim_f2_full(struct aln_report *r);
void aln_claim_f3_quick(struct aln_report *r);
void aln_claim_f3_full(struct aln_report *r);
void aln_claim_f6_quick(struct aln_report *r);
void aln_claim_f6_full(struct aln_report *r);
/* Only in builds with deep networks. */
void aln_claim_d1(struct aln_report *r);
void aln_claim_d2_quick(struct aln_report *r);
void aln_claim_d2_full(struct aln_report *r);
void aln_claim_d2_published(struct aln_report *r);
void aln_claim_d3_quick(struct aln_report *r);
void aln_claim_d3_full(struct aln_report *r);
void aln_claim_d3_published(struct aln_report *r);
void aln_claim_d4_quick(struct aln_report *r);
void aln_claim_d4_full(struct aln_report *r);
void aln_claim_d4_published(struct aln_report *r);
void aln_claim_d5_quick(struct aln_report *r);
void aln_claim_d5_full(struct aln_report *r);
void aln_claim_d5_published(struct aln_report *r);
void aln_claim_d6(struct aln_report *r);
void aln_claim_d6_published(struct aln_report *r);
void aln_claim_d7(struct aln_report *r);
void aln_claim_d8(struct aln_report *r);
void aln_claim_d9(struct aln_report *r);
void aln_claim_e1_quick(struct aln_report *r);
void aln_claim_e1_full(struct aln_report *r);
void aln_claim_e2_quick(struct aln_report *r);
void aln_claim_e2_full(struct aln_report *r);
void aln_claim_e3_quick(struct aln_report *r);
void aln_claim_e3_full(struct aln_report *r);
void aln_claim_c1_quick(struct aln_report *r);
void aln_claim_c1(struct aln_report *r);
void aln_claim_c2_quick(struct aln_report *r);
void aln_claim_c2(struct aln_report *r);
void aln_claim_c3_quick(struct aln_report *r);
void aln_claim_c3(struct aln_report *r);
/* In all builds. */
void aln_claim_f4_quick(struct aln_report *r);
void aln_claim_f4_full(struct aln_report *r);
void aln_claim_f5_quick(struct aln_report *r);
void aln_claim_f5_full(struct aln_report *r);
void aln_claim_g1_quick(struct aln_report *r);
void aln_claim_g1_full(struct aln_report *r);
void aln_claim_g2_quick(struct aln_report *r);
void aln_claim_g2_full(struct aln_report *r);
void aln_claim_g3_quick(struct aln_report *r);
void aln_claim_g3_full(struct aln_report *r);
void aln_claim_g4_quick(struct aln_report *r);
void aln_claim_g4_full(struct aln_report *r);
void aln_claim_g5_quick(struct aln_report *r);
void aln_claim_g5_full(struct aln_report *r);

#endif
