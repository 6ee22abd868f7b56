/* The contracted four-field averages of relu and leaky-relu in lanes, compiled for each instruction set. They have
 * the operations of src/model/relu.c, leaky.c and contract.c in the same order. What depends on two fields
 * alone is known. */
#include "lanes/contract_relu.h"

#define PI   ALN_RELU_PI
#define BEND ALN_LANES_BEND

struct fields {
    size_t P;
    const lanes *C;
    const struct lanes_relu_pair *pair;
};

#define C(a, b)    (of->C[(a)*of->P + (b)])
#define PAIR(a, b) (of->pair[(a)*of->P + (b)])

/* ---- relu ---- */

ALN_KERNEL_BODY void orthant(const struct fields *of, size_t p, size_t y, size_t w, lanes *out)
{
    *out = 0.125 + (PAIR(p, y).angle + PAIR(p, w).angle + PAIR(y, w).angle) / (4 * PI);
}

static void step_two(const struct fields *of, size_t p, size_t y, size_t w, lanes *out)
{
    const lanes cpp = C(p, p), cpy = C(p, y), cpw = C(p, w);
    lanes positive;
    orthant(of, p, y, w, &positive);
    *out = C(y, w) * positive +
           (cpy / cpp * PAIR(p, w).root + cpw / cpp * PAIR(p, y).root + PAIR(y, w).root) / (4 * PI);
}

static void two_steps_square(const struct fields *of, size_t k, size_t l, size_t y, lanes *out)
{
    const lanes zero = {0}, ckk = C(k, k), cll = C(l, l), ckl = C(k, l), cky = C(k, y),
                cly = C(l, y), D = PAIR(k, l).root;
    lanes size = ckk * cll, root_k, root_l, positive;
    lanes_sqrt(&size, &size);
    lanes_sqrt(&ckk, &root_k);
    lanes_sqrt(&cll, &root_l);
    const lanes rk = cky / root_k, rl = cly / root_l, rho = ckl / size;
    const lanes apart = LANES_CHOOSE(rho > zero, rk - rl, rk + rl);
    lanes near = 2 * rk * rl * D / (size + LANES_ABS(ckl));
    near = LANES_CHOOSE(D > zero, near - rho * apart * apart * size / D, near);
    orthant(of, k, l, y, &positive);
    *out = C(y, y) * positive +
           (cky / ckk * PAIR(k, y).root + cly / cll * PAIR(l, y).root + near) / (4 * PI);
}

static void two_steps_two(const struct fields *of, size_t k, size_t l, size_t a, size_t b,
                          lanes *out)
{
    const size_t field[4] = {k, l, a, b};
    const lanes zero = {0};
    lanes size[4], r[4][4], x[4][4], integral = zero, sine, cosine;
    struct lanes_relu_quartet q;
    struct lanes_relu_integrand integrand;
    for (int i = 0; i < 4; i++)
        lanes_sqrt(&C(field[i], field[i]), &size[i]);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            r[i][j] = i == j ? zero + 1 : C(field[i], field[j]) / (size[i] * size[j]);
    lanes_relu_realise(r, x);
    lanes_relu_decompose(x, &q);
    lanes_relu_prepare(&q, &integrand);
    for (size_t node = 0; node < ALN_RELU_NODES; node++) {
        const lanes tau = zero + relu_nodes[node].tau, cotau = zero + relu_nodes[node].cotau;
        lanes sum;
        lanes_relu_at(&integrand, &tau, &cotau, &sum);
        integral += relu_nodes[node].weight * sum;
    }
    lanes_sides(&q.phi, &sine, &cosine);
    const lanes steps = (PI - q.theta) / (2 * PI),
                ramps = (sine + cosine * (PI - q.phi)) / (2 * PI);
    const lanes average = size[2] * size[3] * (steps * ramps + integral / (4 * PI * PI));
    *out = LANES_CHOOSE((size[2] == zero) | (size[3] == zero), zero, average);
}

/* As aln_relu_four_fields(), where neither k nor l is without weights. */
static void theta_theta(const struct fields *of, size_t k, size_t l, size_t a, size_t b, lanes *out)
{
    const bool shared = b == k || b == l;
    const size_t y = shared ? b : a, w = shared ? a : b, p = y == k ? l : k;
    if (a == b && k != l && a != k && a != l)
        two_steps_square(of, k, l, a, out);
    else if (a == b)
        lanes_relu_step_square(&PAIR(p, a), &C(p, p), &C(a, a), &C(p, a), out);
    else if (y != k && y != l && k == l)
        step_two(of, k, y, w, out);
    else if (y != k && y != l)
        two_steps_two(of, k, l, y, w, out);
    else if (p == y || p == w)
        *out = LANES_RELU_I2(PAIR(y, w), C(y, w));
    else
        step_two(of, p, y, w, out);
}

static void four_relu(const struct fields *of, size_t k, size_t l, size_t a, size_t b, lanes *out)
{
    const lanes zero = {0}, ckk = C(k, k), cll = C(l, l);
    lanes average;
    theta_theta(of, k, l, a, b, &average);
    *out = LANES_CHOOSE((ckk == zero) | (cll == zero), zero + NAN, average);
}

/* ---- leaky-relu ---- */

ALN_KERNEL_BODY void signs(const struct lanes_relu_pair *pair, lanes *out)
{
    *out = 4 * LANES_RELU_J2(*pair) - 1;
}

static void two_signs(const struct fields *of, size_t k, size_t l, size_t a, size_t b, lanes *out)
{
    const lanes zero = {0}, one = zero + 1, ckk = C(k, k), cll = C(l, l), ckl = C(k, l),
                D = PAIR(k, l).root;
    lanes size = ckk * cll, root_k, root_l, both;
    lanes_sqrt(&size, &size);
    lanes_sqrt(&ckk, &root_k);
    lanes_sqrt(&cll, &root_l);
    const lanes rho = ckl / size, ka = C(k, a) / root_k, kb = C(k, b) / root_k,
                la = C(l, a) / root_l, lb = C(l, b) / root_l;
    const lanes side = LANES_CHOOSE(rho > zero, -one, one);
    lanes jumps = (ka * lb + la * kb) * D / (size + LANES_ABS(ckl));
    jumps =
        LANES_CHOOSE(D > zero, jumps - rho * (ka + side * la) * (kb + side * lb) * size / D, jumps);
    signs(&PAIR(k, l), &both);
    *out = C(a, b) * both + 2 / PI * jumps;
}

ALN_KERNEL_BODY void sign_and_size(const struct fields *of, size_t k, size_t a, size_t b,
                                   lanes *out)
{
    lanes both;
    signs(&PAIR(k, b), &both);
    *out = 4 * C(k, a) * LANES_RELU_A2(PAIR(k, b), C(k, k)) + C(a, b) * both;
}

static void four_leaky(const struct fields *of, size_t k, size_t l, size_t a, size_t b, lanes *out)
{
    const double square = BEND * BEND;
    const lanes cab = C(a, b);
    lanes two, of_k[2], of_l[2], average;
    two_signs(of, k, l, a, b, &two);
    sign_and_size(of, k, a, b, &of_k[0]);
    sign_and_size(of, k, b, a, &of_k[1]);
    sign_and_size(of, l, a, b, &of_l[0]);
    sign_and_size(of, l, b, a, &of_l[1]);
    const lanes mixed =
        4 * LANES_RELU_I2(PAIR(a, b), cab) - cab + two + of_k[0] + of_k[1] + of_l[0] + of_l[1];
    four_relu(of, k, l, a, b, &average);
    *out = square * square * average +
           ALN_LEAK * ((1 + ALN_LEAK * ALN_LEAK) / 2 * cab + square / 4 * mixed);
}

#undef C
#undef PAIR

void ALN_LANES_NAME(aln_lanes_contract_relu)(bool leaky, size_t P, size_t K, const lanes *C,
                                             const lanes *U, const struct lanes_relu_pair *pair,
                                             lanes *I4)
{
    const struct fields of = {P, C, pair};
    const lanes zero = {0};
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++) {
            const lanes *u = U + k * P, *v = U + l * P;
            lanes sum = zero;
            for (size_t a = 0; a < P; a++)
                for (size_t b = a; b < P; b++) {
                    const lanes weight = a == b ? u[a] * v[a] : u[a] * v[b] + u[b] * v[a];
                    lanes average;
                    (leaky ? four_leaky : four_relu)(&of, k, l, a, b, &average);
                    /* What a weight of 0 multiplies does not count, finite or not. */
                    sum += LANES_CHOOSE(weight != zero, weight * average, zero);
                }
            I4[k * K + l] = sum;
        }
}
