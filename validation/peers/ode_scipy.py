"""The equations of an erf network with one output in NumPy, integrated by SciPy's DOP853, beside alignode.

usage: ode_scipy.py REPEATS

Prints processor times (the least of REPEATS, in turns), their ratio, and the largest difference of eg.
alignode's time includes its parameters, the start and the arrays that it returns.
"""

import sys
import time

import alignode
import numpy as np
from scipy.integrate import solve_ivp


class Equations:
    """y = (upper triangle of Q, R, W2); science.md's notation: C of all K + M fields, s, U = F s."""

    def __init__(self, T, V2, F, rate, noise):
        self.T, self.V2, self.F, self.rate, self.noise = T, V2, F, rate, noise
        self.calls = 0

    def unpack(self, y):
        K, M = self.K, len(self.T)
        n = K * (K + 1) // 2
        Q = np.empty((K, K))
        Q[self.upper] = y[:n]
        Q.T[self.upper] = y[:n]
        return Q, y[n : n + K * M].reshape(K, M), y[n + K * M :]

    def begin(self, Q, R, W2):
        self.K = len(Q)
        self.upper = np.triu_indices(self.K)
        return np.concatenate([Q[self.upper], R.ravel(), W2])

    def averages(self, Q, R, W2):
        C = np.block([[Q, R], [R.T, self.T]])
        return C, 1 + np.diag(C), np.concatenate([W2, -self.V2])

    def I2(self, C, one):
        return 2 / np.pi * np.arcsin(np.clip(C / np.sqrt(np.outer(one, one)), -1, 1))

    def eg(self, y):
        C, one, s = self.averages(*self.unpack(y))
        return s @ self.I2(C, one) @ s / 2

    def __call__(self, t, y):
        self.calls += 1
        Q, R, W2 = self.unpack(y)
        K, rate = self.K, self.rate
        C, one, s = self.averages(Q, R, W2)
        F = W2 if self.F is None else self.F
        U = np.outer(F, s)
        ck, ok = C[:K], one[:K]
        # <g'(k) b g(a)>: k, b, a
        root = np.sqrt(ok[:, None] * one - ck**2)
        I3 = (2 / np.pi) * (C * ok[:, None, None] - ck[:, :, None] * ck[:, None, :])
        I3 /= (ok[:, None] * root)[:, None, :]
        D = np.einsum("ka,kba->kb", U, I3)
        # <g'(k) g'(l) g(a) g(b)>: pairs k <= l, then a, b
        k, l = self.upper
        kk, ll, kl = ok[k][:, None], ok[l][:, None], Q[k, l][:, None]
        det = kk * ll - kl**2
        ca, da = ck[k], ck[l]
        X = (ca * ll - da * kl) / det
        Y = (da * kk - ca * kl) / det
        S = C - X[:, :, None] * ca[:, None, :] - Y[:, :, None] * da[:, None, :]
        v = 1 + np.einsum("paa->pa", S)
        I4 = np.arcsin(np.clip(S / np.sqrt(v[:, :, None] * v[:, None, :]), -1, 1))
        J2 = 2 / np.pi / np.sqrt(det[:, 0])
        dd = 2 / np.pi * J2 * np.einsum("pa,pab,pb->p", U[k], I4, U[l])
        dd += self.noise**2 * F[k] * F[l] * J2
        dQ = -rate * (D[k, l] + D[l, k]) + rate**2 * dd
        dW2 = -rate * (self.I2(C, one)[:K] @ s)
        return np.concatenate([dQ, -rate * D[:, K:].ravel(), dW2])


def solve(result):
    p = result.params
    F = result.F.ravel() if p["learning"]["rule"] == "dfa" else None
    equations = Equations(result.T, result.V2.ravel(), F, p["learning"]["rate"], p["problem"]["noise"])
    y = equations.begin(result.Q[0], result.R[0], result.W2[0].ravel())
    ends = result.t[0], result.t[-1]
    solution = solve_ivp(equations, ends, y, "DOP853", result.t, rtol=1e-6, atol=1e-9)
    return np.array([equations.eg(y) for y in solution.y.T])


def seconds(function, *arguments):
    began = time.process_time()
    result = function(*arguments)
    return time.process_time() - began, result


def main():
    print("rule   K  M     t    SciPy, ms  alignode, ms  ratio  largest difference of eg")
    for rule, K, M, t in (("dfa", 2, 2, 100), ("bp", 2, 2, 1000), ("dfa", 16, 8, 100)):
        params = {
            "problem": {"inputs": 1000, "student": {"units": K}, "teacher": {"units": M}, "noise": 0.1},
            "learning": {"rule": rule, "rate": 0.1},
            "run": {"time": t, "record": {"count": 20}},
            "ode": {"rtol": 1e-6, "atol": 1e-9},
        }
        best = [np.inf, np.inf]
        for _ in range(int(sys.argv[1])):
            ours, result = seconds(alignode.run, params, "ode")
            theirs, eg = seconds(solve, result)
            best = [min(best[0], theirs), min(best[1], ours)]
        print(
            f"{rule:4} {K:3} {M:2} {t:5} {1e3 * best[0]:12.1f} {1e3 * best[1]:13.2f} {best[0] / best[1]:6.1f}"
            f"  {np.max(np.abs(eg - result.eg)):.1e}"
        )


main()
