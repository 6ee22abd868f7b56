"""Shared by the tests: a short problem, the program, folders."""

import os
import subprocess
import tempfile
import unittest

import numpy as np

import alignode

# The program, for tests that compare with it, and the folder params/ of the source.
PROGRAM = os.environ.get("ALIGNODE_PROGRAM")
PARAMS = os.environ.get("ALIGNODE_PARAMS")

PROBLEM = {
    "title": "A short run: theory # simulation",
    "problem": {"inputs": 60, "outputs": 2, "student": {"units": 3}, "teacher": {"units": 2}},
    "learning": {"rule": "dfa", "rate": [0.3, 0.2]},
    "run": {"time": 3, "repeats": 3, "record": {"count": 6}},
}

NETWORK = {
    "data": {"name": "mixture", "inputs": 12, "classes": 3, "train": 96, "test": 48},
    "network": {"layers": [{"dense": 8, "activation": "tanh"}, {"dense": 8, "activation": "tanh"},
                           {"dense": 3}]},
    "learning": {"rule": "dfa", "rate": 0.01},
    "run": {"epochs": 2, "seeds": {"from": 1, "to": 2}, "measures": ["loss", "WA", "similarity"]},
}


def shell(command, params, folder, **options):
    """What the program makes of these parameters: the path of its result."""
    if PROGRAM is None:
        raise unittest.SkipTest("ALIGNODE_PROGRAM is not set")
    file, out = os.path.join(folder, "shell.yaml"), os.path.join(folder, "shell.tsv")
    with open(file, "w", encoding="utf-8") as f:
        f.write(alignode.to_yaml(params))
    subprocess.run([PROGRAM, command, file, "-o", out, "--quiet"], check=True,
                   stderr=subprocess.PIPE, **options)
    return out


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def same(self, a, b):
        """Two arrays are equal, bit by bit, NaN where the other is."""
        self.assertEqual(np.shape(a), np.shape(b))
        self.assertTrue(np.array_equal(a, b, equal_nan=True))
