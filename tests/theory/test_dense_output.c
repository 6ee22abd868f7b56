/* States between the steps: order, error and cost of the continuous extension, and that a state
 * does not depend on which other times are requested. */
#include <inttypes.h>
#include <stdio.h>

#include "../check_main.h"
#include "alignode/ode.h"
#include "lanes/extension.h"
#include "reference.h"
#include "usual.h"

#define COUNT(array) (sizeof array / sizeof *array)

/* ---- order conditions of the continuous extension ---- */

#define STAGES                                                                                     \
    18 /* 13 of Prince and Dormand's pair, one at the end of the step, four of the extension */

/* Prince & Dormand 1981; the last row is the formula of order 8. */
#define OF(a, b) ((double)a / (double)b)
static const double pair[14][13] = {
    {0},
    {OF(1, 18)},
    {OF(1, 48), OF(1, 16)},
    {OF(1, 32), 0, OF(3, 32)},
    {OF(5, 16), 0, OF(-75, 64), OF(75, 64)},
    {OF(3, 80), 0, 0, OF(3, 16), OF(3, 20)},
    {OF(29443841, 614563906), 0, 0, OF(77736538, 692538347), OF(-28693883, 1125000000),
     OF(23124283, 1800000000)},
    {OF(16016141, 946692911), 0, 0, OF(61564180, 158732637), OF(22789713, 633445777),
     OF(545815736, 2771057229), OF(-180193667, 1043307555)},
    {OF(39632708, 573591083), 0, 0, OF(-433636366, 683701615), OF(-421739975, 2616292301),
     OF(100302831, 723423059), OF(790204164, 839813087), OF(800635310, 3783071287)},
    {OF(246121993, 1340847787), 0, 0, OF(-37695042795, 15268766246), OF(-309121744, 1061227803),
     OF(-12992083, 490766935), OF(6005943493, 2108947869), OF(393006217, 1396673457),
     OF(123872331, 1001029789)},
    {OF(-1028468189, 846180014), 0, 0, OF(8478235783, 508512852), OF(1311729495, 1432422823),
     OF(-10304129995, 1701304382), OF(-48777925059, 3047939560), OF(15336726248, 1032824649),
     OF(-45442868181, 3398467696), OF(3065993473, 597172653)},
    {OF(185892177, 718116043), 0, 0, OF(-3185094517, 667107341), OF(-477755414, 1098053517),
     OF(-703635378, 230739211), OF(5731566787, 1027545527), OF(5232866602, 850066563),
     OF(-4093664535, 808688257), OF(3962137247, 1805957418), OF(65686358, 487910083)},
    {OF(403863854, 491063109), 0, 0, OF(-5068492393, 434740067), OF(-411421997, 543043805),
     OF(652783627, 914296604), OF(11173962825, 925320556), OF(-13158990841, 6184727034),
     OF(3936647629, 1978049680), OF(-160528059, 685178525), OF(248638103, 1413531060), 0},
    {OF(14005451, 335480064), 0, 0, 0, 0, OF(-59238493, 1068277825), OF(181606767, 758867731),
     OF(561292985, 797845732), OF(-1041891430, 1371343529), OF(760417239, 1151165299),
     OF(118820643, 751138087), OF(-528747749, 2220607170), 0.25},
};

/* Rooted trees: the condition of a tree is sum_i b_i u_i = x^order / gamma. */
#define MAX_ORDER 8
static struct tree {
    int order;
    double gamma, sigma; /* density, symmetry */
    double u[STAGES], Au[STAGES];
} tree[200];
static size_t trees;
static double A[STAGES][STAGES];

static size_t column(size_t i) /* of the extension's stage i */
{
    return i == 0 ? 0 : i + 4;
}

/* All trees of `order` with the children chosen so far and more, numbered <= last. */
static void grow(int order, int left, size_t last, size_t run, struct tree partial)
{
    if (left == 0) {
        partial.order = order;
        partial.gamma *= order;
        for (size_t i = 0; i < STAGES; i++) {
            partial.Au[i] = 0;
            for (size_t j = 0; j < STAGES; j++)
                partial.Au[i] += A[i][j] * partial.u[j];
        }
        ck_assert_uint_lt(trees, COUNT(tree));
        tree[trees++] = partial;
        return;
    }
    for (size_t c = last + 1; c-- > 0;) {
        if (tree[c].order > left)
            continue;
        struct tree next = partial;
        size_t equal = c == last ? run + 1 : 1;
        next.gamma *= tree[c].gamma;
        next.sigma *= tree[c].sigma * (double)equal;
        for (size_t i = 0; i < STAGES; i++)
            next.u[i] *= tree[c].Au[i];
        grow(order, left - tree[c].order, c, equal, next);
    }
}

static void make_trees(void)
{
    for (size_t i = 0; i < 14; i++)
        memcpy(A[i], pair[i], sizeof pair[i]);
    for (size_t n = 0; n < ALN_EXTENSION_NEW; n++)
        for (size_t j = 0; j < ALN_EXTENSION_OLD + n; j++)
            A[14 + n][column(j)] = aln_extension_row[n][j];
    struct tree root = {.gamma = 1, .sigma = 1};
    for (size_t i = 0; i < STAGES; i++)
        root.u[i] = 1;
    for (int order = 1; order <= MAX_ORDER; order++)
        grow(order, order - 1, trees - (trees > 0), 0, root);
}

static double condition(const struct tree *of, const double *b, double x)
{
    double sum = 0;
    for (size_t i = 0; i < STAGES; i++)
        sum += b[i] * of->u[i];
    return sum - pow(x, of->order) / of->gamma;
}

/* Coefficients are up to 54 and terms of the sums up to about 10: round-off of 1e-15 each. */
START_TEST(test_order)
{
    static const size_t count[] = {0, 1, 1, 2, 4, 9, 20, 48, 115};
    size_t found[MAX_ORDER + 1] = {0};
    double most = 0;
    make_trees();
    for (size_t c = 0; c < trees; c++)
        found[tree[c].order]++;
    for (int order = 1; order <= MAX_ORDER; order++)
        ck_assert_uint_eq(found[order], count[order]);
    for (size_t c = 0; c < trees; c++)
        ck_assert_double_eq_tol(condition(&tree[c], A[13], 1), 0, 1e-14);
    for (size_t n = 0; n < ALN_EXTENSION_NEW; n++)
        for (size_t c = 0; c < trees && tree[c].order <= (n == 0 ? 5 : 6); c++)
            ck_assert_double_eq_tol(condition(&tree[c], A[14 + n], aln_extension_node[n]), 0,
                                    1e-14);
    for (double x = 0; x <= 1; x += 0.0625) {
        double s = 2 * x - 1, w = x * x * (1 - x) * (1 - x), b[STAGES], norm = 0;
        for (size_t i = 0; i < STAGES; i++)
            b[i] = x * x * (3 - 2 * x) * A[13][i];
        b[0] += x * (1 - x) * (1 - x);
        b[13] -= x * x * (1 - x);
        for (size_t i = 0; i < ALN_EXTENSION_ALL; i++) {
            const double *c = aln_extension_weight[i];
            b[column(i)] += w * (c[0] + s * (c[1] + s * (c[2] + s * c[3])));
        }
        for (size_t c = 0; c < trees; c++) {
            double off = condition(&tree[c], b, x);
            if (tree[c].order < 8)
                ck_assert_double_eq_tol(off, 0, 1e-14);
            else
                norm += off * off / tree[c].sigma / tree[c].sigma;
        }
        most = fmax(most, sqrt(norm));
    }
    ck_assert_double_eq_tol(most, 2.7e-6, 0.1e-6); /* as the header says */
}
END_TEST

/* ---- cost and error ---- */

#define T_END 1000.0

static double time_of(size_t i, size_t count, bool linear)
{
    return linear           ? T_END * (double)(i + 1) / (double)count
           : i + 1 == count ? T_END
                            : 0.1 * pow(T_END / 0.1, (double)i / (double)(count - 1));
}

static struct aln_ode *start(const struct aln_problem *p, const char *stepper, double rtol)
{
    struct aln_ode *ode;
    struct aln_ode_options options = {
        .stepper = aln_stepper_find(stepper), .rtol = rtol, .atol = 1e-3 * rtol};
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    return ode;
}

static const double *state(struct aln_ode *ode, double t)
{
    ck_assert_msg(aln_ode_advance(ode, t) == ALN_OK, "%s", aln_error());
    ck_assert_double_eq(aln_ode_time(ode), t);
    return aln_ode_state(ode);
}

/* Largest error over the recorded times against a run at rtol 1e-14; number of calls. */
static double record(const struct aln_problem *p, const char *stepper, double rtol, size_t count,
                     bool linear, uint64_t *calls)
{
    struct aln_ode *ode = start(p, stepper, rtol), *tight = start(p, "rk8pd", 1e-14);
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        double t = time_of(i, count, linear);
        most = fmax(most, distance(p, state(ode, t), state(tight, t)));
    }
    aln_ode_work(ode, NULL, calls);
    aln_ode_free(ode);
    aln_ode_free(tight);
    return most;
}

static const char *const rules[] = {"bp", "dfa"};

/* 4,000 recorded times need at most 1.3 times the calls of 40, with the same error, at most the
 * tolerance. Measured: 1.17 to 1.25 at rtol 1e-9, errors 5.2e-10 (bp), 1.8e-10 (dfa). */
START_TEST(test_price)
{
    for (size_t r = 0; r < COUNT(rules); r++) {
        for (int linear = 0; linear < 2; linear++) {
            struct drawn d;
            uint64_t few, many;
            make_usual(&d, rules[r]);
            double coarse = record(&d.p, "rk8pd", 1e-9, 40, linear, &few);
            double fine = record(&d.p, "rk8pd", 1e-9, 4000, linear, &many);
            if (getenv("SHOW"))
                printf("%s %s: %" PRIu64 " and %" PRIu64
                       " calls, ratio %.3f, errors %.3g and %.3g\n",
                       rules[r], linear ? "linear" : "log", few, many, (double)many / (double)few,
                       coarse, fine);
            ck_assert_double_le((double)many, 1.3 * (double)few);
            ck_assert_double_lt(coarse, 2e-10);
            ck_assert_double_lt(fine, 2e-10);
        }
    }
}
END_TEST

/* The largest error over 500 times scales with the tolerance over eight decades and stays below it:
 * measured 0.06 (bp) and 0.08 (dfa) of it at 1e-9, elsewhere at most 0.16. */
START_TEST(test_error_follows_tolerance)
{
    for (size_t r = 0; r < COUNT(rules); r++) {
        for (double rtol = 1e-5; rtol > 1e-12; rtol /= 10) {
            struct drawn d;
            uint64_t calls;
            make_usual(&d, rules[r]);
            double off = record(&d.p, "rk8pd", rtol, 500, false, &calls);
            if (getenv("SHOW"))
                printf("%s rtol %g: %.3g\n", rules[r], rtol, off);
            ck_assert_double_lt(off, rtol);
        }
    }
}
END_TEST

/* ---- same bits ---- */

static const struct aln_rates schedule[] = {{2.5, {1.0, 0.1}}, {6.125, {0.2, 0.6}}};
static const struct {
    const char *activation, *rule;
    size_t K, M, O;
    uint64_t seed;
    size_t schedule_count;
} cases[] = {
    {"erf", "bp", 2, 2, 1, 1, 0},
    {"erf", "dfa", 3, 2, 2, 4, 2},
    {"linear", "dfa", 2, 2, 3, 8, 2},
    {"erf", "sign-symmetric", 3, 2, 1, 40, 0},
    {"erf", "sign-symmetric", 3, 3, 2, 103, 2},
    {"quadratic", "bp", 1, 1, 1, 3, 0},
    {"relu", "dfa", 2, 2, 1, 5, 1},
};

/* The states at 20 times, with `extra` further times between them. */
static void visit(const struct aln_problem *p, const char *stepper, double rtol, uint64_t extra,
                  double out[20][DRAW_SIZE])
{
    struct aln_ode *ode = start(p, stepper, rtol);
    uint64_t random = 1 + extra;
    for (size_t i = 0; i < 20; i++) {
        double from = aln_ode_time(ode), to = 0.4 * (double)(i + 1), t = from;
        for (uint64_t n = 0; n < extra; n++) {
            t = fmin(to, t + fabs(draw_uniform(&random)) * 2 * (to - from) / (double)extra);
            state(ode, t);
        }
        memcpy(out[i], state(ode, to), aln_problem_size(p) * sizeof(double));
    }
    aln_ode_free(ode);
}

/* For every stepper, the state at t has the same bits whatever other times are requested. */
START_TEST(test_bits)
{
    static double plain[20][DRAW_SIZE], dense[20][DRAW_SIZE];
    for (size_t c = 0; c < COUNT(cases); c++) {
        struct drawn d;
        draw_problem(&d, cases[c].K, cases[c].M, cases[c].O, cases[c].activation, cases[c].rule,
                     cases[c].seed);
        d.p.eta[0] = d.p.eta[1] = 0.2;
        d.p.schedule = schedule;
        d.p.schedule_count = cases[c].schedule_count;
        for (size_t s = 0; s < aln_steppers.count; s++) {
            const char *name = aln_names_row(&aln_steppers, s)->name;
            double rtol = strcmp(name, "rk1imp") == 0    ? 1e-4
                          : strncmp(name, "rk2", 3) == 0 ? 1e-6
                                                         : 1e-9;
            if (strcmp(cases[c].activation, "relu") == 0 && rtol > 1e-5)
                continue; /* slow */
            visit(&d.p, name, rtol, 0, plain);
            for (uint64_t extra = 1; extra <= 100; extra *= 10) {
                visit(&d.p, name, rtol, extra, dense);
                for (size_t i = 0; i < 20; i++)
                    for (size_t j = 0; j < aln_problem_size(&d.p); j++)
                        ck_assert_msg(plain[i][j] == dense[i][j],
                                      "case %zu %s, %d more: entry %zu at t = %g: %.17g, %.17g", c,
                                      name, (int)extra, j, 0.4 * (double)(i + 1), plain[i][j],
                                      dense[i][j]);
            }
        }
    }
}
END_TEST

/* ---- ends of steps ---- */

/* A step ends where the feedback jumps; earlier states are those of the old feedback. Against the
 * reference with its own bisection for the crossings. */
START_TEST(test_signs_between_steps)
{
    const uint64_t seeds[] = {40, 103};
    for (size_t c = 0; c < COUNT(seeds); c++) {
        struct drawn d;
        double y[DRAW_SIZE], most = 0;
        int crossings = 0;
        draw_problem(&d, 3, c ? 3 : 2, c ? 2 : 1, "erf", "sign-symmetric", seeds[c]);
        struct reference r = {.p = &d.p, .eta = {d.p.eta[0], d.p.eta[1]}};
        struct aln_ode *ode = start(&d.p, "rk8pd", 1e-10);
        memcpy(y, d.start, sizeof y);
        for (int i = 1; i <= 200; i++) {
            crossings += reference_signs(&r, 0.05 * (i - 1), 0.05 * i, 0.5, y);
            most = fmax(most, distance(&d.p, state(ode, 0.05 * i), y));
        }
        aln_ode_free(ode);
        if (getenv("SHOW"))
            printf("signs: %d crossings, %.3g\n", crossings, most);
        ck_assert_int_ge(crossings, 1);
        ck_assert_double_lt(most, 1e-9);
    }
}
END_TEST

/* States are continuous between steps within the tolerance, and at a change of rates the slope
 * jumps exactly there: nothing is stepped over. */
START_TEST(test_change_of_rates)
{
    struct drawn d;
    const double h = 1e-5;
    double before[9], at[9], after[9], left[9], right[9];
    struct aln_rhs *rhs;
    make_usual(&d, "dfa");
    d.p.schedule = schedule;
    d.p.schedule_count = 1;
    struct aln_ode *ode = start(&d.p, "rk8pd", 1e-12);
    memcpy(before, state(ode, 2.5 - h), sizeof before);
    memcpy(at, state(ode, 2.5), sizeof at);
    memcpy(after, state(ode, 2.5 + h), sizeof after);
    aln_ode_free(ode);
    ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
    ck_assert_int_eq(aln_rhs_eval(rhs, d.p.eta, NULL, at, left), ALN_OK);
    ck_assert_int_eq(aln_rhs_eval(rhs, schedule[0].eta, NULL, at, right), ALN_OK);
    aln_rhs_free(rhs);
    for (size_t i = 0; i < 9; i++) {
        /* h/2 times second derivatives of order one */
        ck_assert_double_eq_tol((at[i] - before[i]) / h, left[i], 1e-5);
        ck_assert_double_eq_tol((after[i] - at[i]) / h, right[i], 1e-5);
    }
    ck_assert_double_gt(fabs(right[7] - left[7]) + fabs(right[0] - left[0]), 1e-3);
}
END_TEST

CHECK_MAIN("theory/dense", test_order, test_price, test_error_follows_tolerance, test_bits,
           test_signs_between_steps, test_change_of_rates)
