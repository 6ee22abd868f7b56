"""Figures, and what a notebook shows."""

import os
import shutil
import unittest

import alignode

from .support import PROBLEM, Case


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is missing")
class Figures(Case):
    def test_formats(self):
        ode, chain = alignode.run(PROBLEM), alignode.run(PROBLEM, "chain")
        begins = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
        for form, begin in begins.items():
            figure = alignode.plot(ode, chain, format=form)
            self.assertTrue(figure.data.startswith(begin), form)
            path = figure.save(self.path("f." + form))
            with open(path, "rb") as file:
                self.assertEqual(file.read(), figure.data)
            with self.assertRaises(FileExistsError):
                figure.save(path)
        self.assertIsNotNone(alignode.plot(ode, format="svg")._repr_svg_())

    def test_of_files_and_sweeps(self):
        path = alignode.run(PROBLEM, "chain").save(self.path("c.tsv"))
        self.assertTrue(alignode.plot(path, alignode.read(path)).data)
        s = alignode.sweep(PROBLEM, {"learning.rate": [0.1, 0.2, 0.3]})
        self.assertTrue(s.figure(column="cos_W2_F1").data)

    def test_notebook(self):
        r = alignode.run(PROBLEM)
        html = r._repr_html_()
        self.assertIn("data:image/png;base64,", html)
        self.assertIn("theory # simulation", html)
        self.assertTrue(r._repr_png_().startswith(b"\x89PNG"))
        self.assertIsNone(r.figure(format="svg")._repr_png_())

    def test_without_gnuplot(self):
        """The last rows, and why there is no figure."""
        r = alignode.run(PROBLEM)
        path, os.environ["PATH"] = os.environ["PATH"], self.folder
        try:
            html = r._repr_html_()
            self.assertIsNone(r._repr_png_())
        finally:
            os.environ["PATH"] = path
        self.assertIn("gnuplot-nox", html)
        self.assertIn("<th>eg</th>", html)
        self.assertIn(f"<td>{r.eg[-1]:.6g}</td>", html)

    def test_refused(self):
        r = alignode.run(PROBLEM)
        with self.assertRaisesRegex(alignode.ParameterError, "unknown figure"):
            r.figure(figure="curve")
        with self.assertRaisesRegex(alignode.ParameterError, "format"):
            r.figure(format="gif")
        with self.assertRaises(alignode.ParameterError):
            alignode.plot()
        with self.assertRaises(alignode.ParameterError):
            r.figure().save(self.path("f.pdf"))
