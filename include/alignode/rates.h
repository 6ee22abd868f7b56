/* A schedule of learning rates. */
#ifndef ALIGNODE_RATES_H
#define ALIGNODE_RATES_H

#ifdef __cplusplus
extern "C" {
#endif

/* Learning rates from `time` on (schedule). */
struct aln_rates {
    double time;   /* t = steps/N */
    double eta[2]; /* hidden layer, read-out */
};

#ifdef __cplusplus
}
#endif

#endif
