"""Which library is loaded, and the error when there is none or a wrong one; docstrings' examples."""

import doctest
import importlib
import os
import pathlib
import pkgutil
import runpy
import shutil
import subprocess
import sys
import unittest

import alignode
from alignode import _library

from .support import Case

EXAMPLES = pathlib.Path(os.environ.get("ALIGNODE_EXAMPLES",
                                       pathlib.Path(__file__).parent.parent / "examples"))


def imported(**environment):
    """What an import says in a process of its own."""
    return subprocess.run([sys.executable, "-c", "import alignode"], capture_output=True, text=True,
                          env={**os.environ, **environment}, check=False)


class Loading(Case):
    def test_versions_agree(self):
        self.assertEqual(alignode.library_version(), alignode.__version__)

    def test_missing(self):
        done = imported(ALIGNODE_LIBRARY="/nowhere/libalignode.so")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "ImportError: alignode: .*/nowhere/libalignode.so.*"
                                      "set the environment variable ALIGNODE_LIBRARY")

    @unittest.skipUnless(shutil.which("cc"), "no C compiler")
    def test_other_versions(self):
        for version, words in (("9.9.9", "is version 9.9.9, this package is version"),
                               (alignode.__version__, "has no aln_command_run")):
            source, library = self.path("x.c"), self.path("libalignode.so")
            with open(source, "w", encoding="utf-8") as file:
                file.write(f'const char *aln_version(void) {{ return "{version}"; }}\n')
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
            self.assertRegex(imported(ALIGNODE_LIBRARY=library).stderr, "ImportError: .*" + words)

    def test_structs(self):
        """What a command writes is what the struct of a table gives: names, rows, text cells."""
        r = alignode.run({"learning": {"rule": "dfa"}}, run={"time": 1, "record": {"count": 3}})
        path = r.save(self.path("r.tsv"))
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file if line[0] not in "#\n"]
        self.assertEqual(lines[0].split("\t"), r.columns)
        cells = [[float(x) for x in line.split("\t")] for line in lines[1:]]
        self.assertEqual(cells, r.value.tolist())
        self.assertFalse(r.damaged)


# Numpy's own matrix products after training, where both use one OpenBLAS: as many threads as before.
THREADS = """
import ctypes
import numpy as np
np.dot(np.ones((9, 9)), np.ones((9, 9)))
blas = ctypes.CDLL("libopenblas.so.0")
blas.openblas_set_num_threads(2)
import alignode
from tests.support import NETWORK
first = alignode.train(NETWORK).value
assert blas.openblas_get_num_threads() == 2, blas.openblas_get_num_threads()
assert (alignode.train(NETWORK).value == first).all()
assert blas.openblas_get_num_threads() == 2, blas.openblas_get_num_threads()
"""


class Sharing(unittest.TestCase):
    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_threads_of_openblas(self):
        done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True,
                              check=False, cwd=pathlib.Path(__file__).parent.parent)
        self.assertEqual(done.returncode, 0, done.stderr)


class Documentation(unittest.TestCase):
    def test_examples_in_docstrings(self):
        count = 0
        for module in pkgutil.iter_modules(alignode.__path__):
            result = doctest.testmod(importlib.import_module("alignode." + module.name))
            self.assertEqual(result.failed, 0, module.name)
            count += result.attempted
        self.assertEqual(doctest.testmod(alignode).failed, 0)
        self.assertGreater(count, 4)

    def test_everything_public_is_documented(self):
        for name in alignode.__all__:
            if name != "__version__":
                self.assertTrue(getattr(alignode, name).__doc__, name)


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is missing")
class Examples(Case):
    """Each example runs and ends with the numbers that it states."""

    def run_example(self, name):
        here = os.getcwd()
        os.chdir(self.folder)
        try:
            return runpy.run_path(str(EXAMPLES / name))
        finally:
            os.chdir(here)

    def test_all_are_tested(self):
        tested = {"align_then_memorise.py", "rates_and_weights.py",
                  "spectrum.py"}  # by test_spectrum.py
        self.assertEqual({p.name for p in EXAMPLES.glob("*.py")}, tested)

    def test_align_then_memorise(self):
        found = self.run_example("align_then_memorise.py")
        self.assertGreater(found["alignment"], 0.98)
        self.assertGreater(found["error_left"], 0.5)
        self.assertLess(found["largest_z"], 5)

    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_rates_and_weights(self):
        found = self.run_example("rates_and_weights.py")
        self.assertLess(abs(found["exponent"] + 1), 0.1)
        self.assertGreater(found["aligned"][-1], 0.3)
