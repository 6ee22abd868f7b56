/* A continuous extension of order 7 for the Runge-Kutta pair 8(7) of Prince and Dormand (13
 * stages), the stepper rk8pd of GSL, by four further evaluations.
 *
 * It solves the order conditions of the rooted trees: rows of order 5 (the first) and 6 (the other
 * three) of least norm at the nodes below, then the weights of order 7 at every point of the step.
 * These leave one function free, chosen so that value and slope agree with the step's at both ends
 * and the largest principal error over the step is least: its norm over the trees of order 8 is at
 * most 2.7e-6, against 2.9e-5 of the embedded formula that controls the step. The tests verify the
 * order conditions.
 * Source: Prince & Dormand, J. Comput. Appl. Math. 7 (1981) 67 (the pair). */
#ifndef ALIGNODE_LANES_EXTENSION_H
#define ALIGNODE_LANES_EXTENSION_H

#define ALN_EXTENSION_OLD                                                                          \
    10 /* derivatives of the step: stages 1, 6 to 13, and the one at its end */
#define ALN_EXTENSION_NEW 4
#define ALN_EXTENSION_ALL (ALN_EXTENSION_OLD + ALN_EXTENSION_NEW)

/* New stage i is the derivative at fraction node[i] of the step, in the state y0 + h sum_j
 * row[i][j] k_j over the old stages and the new ones before it. */
static const double aln_extension_node[ALN_EXTENSION_NEW] = {0.1, 0.7, 0.35, 0.5};
static const double aln_extension_row[ALN_EXTENSION_NEW][ALN_EXTENSION_ALL - 1] = {
    {0.056940713349744927, 0.00505015842827951195, 0.0470098912427684816, -0.0044955349706945301,
     -0.00663929400617879236, -0.00218582353213704089, 0.0117613115792278517,
     -0.00248047403033680347, -0.00248047403033680392, -0.00248047403033680157},
    {0.0409283561628893494, 0.163428285893713025, 0.209184401025437162, 0.101925061388593348,
     0.070969536797852515, 0.0937460589357811766, 0.00634809092466850049, -0.0407531955749123683,
     0.0100886409324636265, 0.0275807094594589485, 0.0165540540540547169},
    {0.0342780542101530163, 0.0867431958983752003, 0.185301320715873039, 0.00669691965534725816,
     -0.0109732790090575291, 0.0593704229030498633, 0.0255335093961935004, -0.0383378011284030863,
     0.0436415905007771215, -0.0171733730772897987, 0.0471680059942674287, -0.0722485660592860132},
    {0.034976144128546448, 0.0652583144817236358, 0.134038350530048579, 0.0264861151078363695,
     0.0126657654108435356, 0.0315142971935328278, 0.0065077891117050478, -0.0148395484313831063,
     0.0112424857034065997, 0.000737269677175695142, 0.074367478508423946, -0.030736217110731565,
     0.147781755688871986},
};

/* At fraction x of the step, with s = 2 x - 1: the cubic through values and slopes at both ends,
 * plus x^2 (1-x)^2 h sum_i k_i (c_i0 + c_i1 s + c_i2 s^2 + c_i3 s^3). */
static const double aln_extension_weight[ALN_EXTENSION_ALL][4] = {
    {-1.61743874402444614, 1.49431231547041798, -1.52957191366449808, 1.39663037310333609},
    {1.88310802875936949, 0.366305784040879072, 2.15619610406165976, 15.0487652047032762},
    {1.59499349418516457, -2.84392574023828814, 4.98783538246102858, -6.63263911953589693},
    {-4.00560586366677884, -7.75972578673427134, -5.10197482032421204, -50.9487367784040429},
    {5.58031281901026344, 8.42568030069450215, 10.106209478379532, 54.3878350601568397},
    {-3.98082064280672089, -7.62383050503633783, -9.9491179114178313, -34.820815552881134},
    {-1.14775023998335028, -1.92872550182784617, -4.36156903123478469, -4.48542534790311395},
    {1.66560171628936729, 2.9666305434210812, 7.20497138626696716, 4.21242798005388394},
    {-1.8716889661278417, -3.09672140979020661, -7.71795988597296364, -5.24159271878062161},
    {2.06372965395319127, 2.0, 3.05389242232764485, 3.20771785894327718},
    {0.0, 0.0, 0.0, 0.0},
    {-0.904617166015348665, 0.0, 6.33232016210745754, 18.0923433203069937},
    {1.17757803110424098, 0.0, -8.2430462177297176, 17.6636704665638781},
    {-0.437402120677105388, 8.0, 3.06181484473979552, -11.8801807463265245},
};

/* The error of the extension is estimated from its defect dy/dt - f(y) at this fraction of the step:
 * by h times this share of it. */
#define ALN_EXTENSION_PROBE       0.2
#define ALN_EXTENSION_PROBE_SHARE 0.25

#endif
