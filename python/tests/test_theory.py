"""The right-hand side is the derivative of what the ode integrates; the Jacobian is its derivative."""

import unittest

import numpy as np

import alignode

from .support import PROBLEM

RULES = ("bp", "dfa", "kolen-pollack", "sign-symmetric")


class Equations(unittest.TestCase):
    def test_rhs_is_the_slope_of_the_solution(self):
        """Central differences of order 4 of the solution: their error is below 1e-9 of the slope's
        scale at h = 1e-2, where that of the integration, 1e-13/h, is 1e-11."""
        h, t = 1e-2, 1.0
        times = [0, t - 2 * h, t - h, t, t + h, t + 2 * h]
        for rule in RULES:
            r = alignode.run(PROBLEM, learning={"rule": rule}, run__record={"times": times},
                             ode={"rtol": 1e-13, "atol": 1e-15})
            slope = r.problem.rhs(r.state(3))
            for name in r.problem.parts:
                y = r.matrix(name)
                difference = (y[1] - 8 * y[2] + 8 * y[4] - y[5]) / (12 * h)
                scale = np.abs(slope[name]).max()
                self.assertLess(np.abs(slope[name] - difference).max(), 1e-7 * scale, (rule, name))

    def test_jacobian_against_differences(self):
        """Central differences of order 2 with h = 1e-5: their error is about 1e-10 of the scale, and
        rounding 1e-16/h = 1e-11."""
        for rule in RULES:
            p = alignode.Problem(PROBLEM, learning={"rule": rule})
            y = alignode.run(PROBLEM, learning={"rule": rule}).state(-1).vector
            J = p.jacobian(y)
            self.assertEqual(J.shape, (len(p.names), len(p.names)))
            for j in range(len(y)):
                e = np.zeros_like(y)
                e[j] = 1e-5
                column = (p.rhs(y + e).vector - p.rhs(y - e).vector) / 2e-5
                np.testing.assert_allclose(J[:, j], column, rtol=0, atol=1e-7 * np.abs(J).max())

    def test_functions(self):
        state = {"Q": np.eye(3), "R": np.zeros((3, 2)), "W2": np.ones((2, 3))}
        d = alignode.rhs(PROBLEM, state)
        self.assertEqual((d.Q.shape, d.R.shape, d["W2"].shape), ((3, 3), (3, 2), (2, 3)))
        self.assertTrue(np.array_equal(d.Q, d.Q.T))
        self.assertEqual(set(d), {"Q", "R", "W2"})
        p = alignode.Problem(PROBLEM)
        self.assertTrue(np.array_equal(p.rhs(state).vector, d.vector))
        self.assertTrue(np.array_equal(alignode.jacobian(PROBLEM, state), p.jacobian(state)))
        self.assertEqual(p.names[:4], ["Q_1_1", "Q_1_2", "Q_1_3", "Q_2_2"])

    def test_start_and_error(self):
        r = alignode.run(PROBLEM)
        p = r.problem
        self.assertTrue(np.array_equal(p.start.Q, r.Q[0]))
        self.assertEqual(p.start.eg, r.eg[0])
        self.assertEqual(p.start.cos, r.cos_W2_F1[0])
        chain = alignode.run(PROBLEM, "chain")
        self.assertEqual(chain.state(-1, 2).eg, chain.eg[2, -1])

    def test_schedule(self):
        params = {**PROBLEM, "learning": {"rule": "dfa", "rate": 0.3,
                                          "schedule": [{"time": 1, "rate": 0.0}]}}
        p = alignode.Problem(params)
        self.assertTrue(p.rhs(t=0.5).vector.any())
        self.assertFalse(p.rhs(t=1).vector.any())

    def test_perfect_solution_is_fixed(self):
        p = alignode.Problem({"problem": {"student": {"units": 2}, "teacher": {"units": 2}},
                              "learning": {"rule": "bp"}})
        T = p.matrix("T")
        d = p.rhs({"Q": T, "R": T, "W2": p.matrix("V2")})
        self.assertLess(np.abs(d.vector).max(), 1e-15)

    def test_refused_states(self):
        p = alignode.Problem(PROBLEM)
        bad = [({"Q": np.eye(2)}, "Q"), ({"Q": [[1, 2, 3], [0, 1, 0], [0, 0, 1]]}, "symmetric"),
               ({"S": 1}, "S"), ({"W2": np.full((2, 3), np.nan)}, "finite"), (np.zeros(3), "entries")]
        for state, words in bad:
            with self.subTest(words=words), self.assertRaisesRegex(alignode.ParameterError, words):
                p.rhs(state)
        with self.assertRaises(alignode.ParameterError):
            alignode.rhs({"learning": {"rule": "dfb"}})
