"""examples/spectrum.py: the eigenvalues of images, and a run that starts from its file."""
import gzip
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

import alignode

SCRIPT = Path(__file__).resolve().parent.parent / "examples" / "spectrum.py"


class Spectrum(unittest.TestCase):
    def test_of_images(self):
        generator = np.random.default_rng(1)
        images = generator.integers(0, 256, (60, 4, 3), dtype=np.uint8)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "mnist").mkdir()
            header = b"".join(n.to_bytes(4, "big") for n in (0x803, 60, 4, 3))
            (folder / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(
                gzip.compress(header + images.tobytes()))
            done = subprocess.run([sys.executable, SCRIPT, "mnist", "-o", folder / "values.txt"],
                                  env={**os.environ, "ALIGNODE_DATA": name}, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            values = np.loadtxt(folder / "values.txt")
            singular = np.linalg.svd(images.reshape(60, 12) - images.reshape(60, 12).mean(axis=0),
                                     compute_uv=False)
            np.testing.assert_allclose(values, singular**2 / np.mean(singular**2), rtol=1e-8)
            result = alignode.run({"problem": {"inputs": 100, "spectrum": {
                "from": str(folder / "values.txt"), "count": 4}},
                "learning": {"rule": "dfa"}}, run={"time": 1})
            blocks = result.params["problem"]["spectrum"]["blocks"]
            np.testing.assert_allclose([b["variance"] for b in blocks],
                                       values.reshape(4, 3).mean(axis=1), rtol=1e-8)

    def test_without_images(self):
        with tempfile.TemporaryDirectory() as name:
            done = subprocess.run([sys.executable, SCRIPT, "cifar10", "--data", name, "-o", "never.txt"],
                                  capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("data_batch", done.stderr)


if __name__ == "__main__":
    unittest.main()
