/* tanh x as a sum of error functions, printed by src/model/tanh_terms.py. Largest error 3.3e-08,
 * of the derivative 3e-07; the tests measure both. */
#ifndef ALIGNODE_MODEL_TANH_TERMS_H
#define ALIGNODE_MODEL_TANH_TERMS_H

/* TERM(a, b): a erf(b x/sqrt 2) */
#define ALN_TANH_TERMS(TERM)                                                                       \
    TERM(0.004399131505464497, 0.5120411186)                                                       \
    TERM(0.06091682547423238, 0.6777259206)                                                        \
    TERM(0.21674535801428743, 0.8883316579)                                                        \
    TERM(0.3451854173840764, 1.163315676)                                                          \
    TERM(0.2749603474752203, 1.519267907)                                                          \
    TERM(0.09083414321948001, 1.979714355)                                                         \
    TERM(0.006958746353716003, 2.602656993)

#endif
