"""Dicts become YAML and back without loss; what cannot is refused, with its key."""

import math
import os
import pathlib
import tempfile
import unittest
from fractions import Fraction

import numpy as np

import alignode
from alignode import ParameterError
from alignode._errors import in_python
from alignode._parameters import assignments, from_yaml

from .support import PARAMS, PROBLEM, Case


def back(value):
    """A value through YAML."""
    return from_yaml(alignode.to_yaml({"x": value}))["x"]


class Faithful(Case):
    def test_numbers_keep_every_bit(self):
        numbers = [1e-9, 0.1, -0.0, 1 / 3, 5e-324, 1.7976931348623157e308, 1e22, 123456.789, 1e5, 2.0]
        numbers += list(np.random.default_rng(1).standard_normal(200) * 10.0 **
                        np.random.default_rng(2).integers(-300, 300, 200))
        for x in numbers:
            with self.subTest(x=x):
                y = back(x)
                self.assertEqual(math.copysign(1, y), math.copysign(1, x))
                self.assertEqual(y, x)

    def test_numbers_are_written_for_every_reader(self):
        self.assertEqual(alignode.to_yaml({"x": 1e-9}), "x: 1.0e-09\n")
        self.assertEqual(alignode.to_yaml({"x": 1.5e300}), "x: 1.5e+300\n")

    def test_whole_numbers(self):
        for n in (0, -3, 2**64 - 1, np.int32(7), np.uint64(2**64 - 1)):
            self.assertEqual(back(n), int(n))
            self.assertIsInstance(back(n), int)

    def test_booleans_are_not_numbers(self):
        for b in (True, False, np.True_, np.bool_(False)):
            self.assertIs(back(b), bool(b))

    def test_numpy(self):
        self.assertEqual(back(np.float64(1e-9)), 1e-9)
        self.assertEqual(back(np.float32(0.1)), float(np.float32(0.1)))
        self.assertEqual(back(np.array(0.25)), 0.25)
        matrix = np.array([[1e-9, -2.0], [1 / 3, 4e20]])
        self.assertEqual(back(matrix), matrix.tolist())
        self.assertEqual(back(matrix.T[::-1]), matrix.T[::-1].tolist())
        self.assertEqual(back(np.array([True, False])), [True, False])
        self.assertEqual(back([np.arange(3), (np.float64(1), 2)]), [[0, 1, 2], [1, 2]])
        self.assertEqual(back(np.array([], dtype=float)), [])

    def test_nested(self):
        value = {"a": [{"b": 1, "c": [[1, 2], [3]]}, {}], "d": {}, "e": {"f": {"g": [[]]}}}
        self.assertEqual(back(value), value)
        self.assertEqual(back(range(3)), [0, 1, 2])

    def test_texts(self):
        texts = ["", "a", "true", "No", "null", "~", "1", "1e3", "nan", "a # b", "a: b", "- a", "'q'",
                 '"', "\\", "tab\tline\nend", "größer ε ≥ 😀", "\x7f\x01", " blank ", "[1]", "{a}",
                 "\u2028", "\u00a0", "@x", "%x", "*x", "&x", "!x", "|", ">", "a-b", "=", "0x10"]
        for text in texts:
            with self.subTest(text=text):
                self.assertEqual(back(text), text)
        self.assertEqual(back(np.str_("dfa")), "dfa")
        self.assertEqual(back(pathlib.Path("/a/b c")), "/a/b c")

    def test_texts_that_look_like_something_else_are_quoted(self):
        for text in ("true", "No", "null", "1", "1e3", "~", "off", "-"):
            self.assertEqual(alignode.to_yaml({"x": text}), f'x: "{text}"\n')
        self.assertEqual(alignode.to_yaml({"x": "sign-symmetric"}), "x: sign-symmetric\n")

    def test_keys(self):
        for key in ("a b", "yes", "1", "ε", "a: b"):
            self.assertEqual(from_yaml(alignode.to_yaml({key: {"y": 1}})), {key: {"y": 1}})

    def test_parameters_of_a_run(self):
        p = alignode.parameters(PROBLEM)
        self.assertEqual(p["title"], PROBLEM["title"])
        self.assertEqual(p["learning"]["rate"], [0.3, 0.2])
        self.assertEqual(p["problem"]["student"]["units"], 3)
        self.assertEqual(alignode.parameters(p), p)

    def test_every_shipped_file(self):
        if PARAMS is None:
            self.skipTest("ALIGNODE_PARAMS is not set")
        files = [f for f in sorted(os.listdir(PARAMS)) if f.endswith(".yaml")]
        self.assertGreater(len(files), 20)
        for name in files:
            with open(os.path.join(PARAMS, name), encoding="utf-8") as file:
                first = from_yaml(file.read(), name)
            self.assertEqual(from_yaml(alignode.to_yaml(first)), first, name)


class Overrides(unittest.TestCase):
    def test_spellings(self):
        for over in ({"learning": {"rate": 0.25}}, {"learning__rate": 0.25}, {"learning.rate": 0.25},
                     {"learning": {"rate": np.array([0.25, 0.25])}}):
            self.assertEqual(alignode.parameters(PROBLEM, **over)["learning"]["rate"], 0.25)

    def test_what_they_do_not_name_is_kept(self):
        p = alignode.parameters(PROBLEM, problem={"student": {"units": 4}})
        self.assertEqual(p["problem"]["teacher"]["units"], 2)
        self.assertEqual(p["problem"]["inputs"], 60)

    def test_keys_in_full_replace(self):
        p = alignode.parameters(PROBLEM, run__record={"times": np.array([0, 1.5])})
        self.assertEqual(p["run"]["record"]["times"], [0, 1.5])
        self.assertNotIn("count", p["run"]["record"])
        self.assertEqual(p["run"]["repeats"], 3)

    def test_texts(self):
        for title in ("run #3", "a: b", "[x]", "'", "true", "ε\n😀"):
            self.assertEqual(alignode.parameters(PROBLEM, title=title)["title"], title)

    def test_assignments(self):
        self.assertEqual(assignments({"a": {"b": {"c": [1, True]}, "d__e": {}}, "f__g": {"h": 1}}),
                         ["a.b.c=[1, true]", "a.d.e={}", "f.g={h: 1}"])
        with self.assertRaises(TypeError):
            assignments({"a": {1: 2}})


class Refused(unittest.TestCase):
    def test_types(self):
        values = [None, 1j, {1, 2}, object(), b"x", Fraction(1, 3), np.array([1j]), lambda: 0,
                  np.array([None]), np.datetime64("2020-01-01"), np.longdouble(1)]
        for value in values:
            for place in (value, [1, value]):
                with self.subTest(value=value), self.assertRaisesRegex(TypeError, "learning.rate"):
                    alignode.run({"learning": {"rule": "dfa", "rate": place}})
            with self.subTest(override=value), self.assertRaisesRegex(TypeError, "learning.rate"):
                alignode.run(PROBLEM, learning__rate=value)

    def test_parameters_themselves(self):
        for value in (None, 3, [1], {1: 2}, {"a": {2: 3}}):
            with self.subTest(value=value), self.assertRaises(TypeError):
                alignode.run(value)
        with self.assertRaisesRegex(FileNotFoundError, "nowhere.yaml"):
            alignode.run("nowhere.yaml")

    def test_texts_are_not_numbers(self):
        with self.assertRaisesRegex(ParameterError, "learning.rate: expected number"):
            alignode.run({"learning": {"rule": "dfa", "rate": "0.1"}})

    def test_nan_and_infinity(self):
        for x in (math.nan, math.inf, -math.inf):
            with self.subTest(x=x), self.assertRaises(ParameterError) as caught:
                alignode.run({"learning": {"rule": "dfa", "rate": x}})
            self.assertEqual(caught.exception.key, "learning.rate")

    def test_half_a_character(self):
        with self.assertRaisesRegex(ParameterError, "title"):
            alignode.run({"title": "\ud800"})

    def test_zero_byte(self):
        with self.assertRaises(ParameterError):
            alignode.run({**PROBLEM, "title": "a\0b"})
        with self.assertRaises(ParameterError):
            alignode.run(PROBLEM, output="a\0b")


class Places(Case):
    def caught(self, *args, **kwargs):
        with self.assertRaises(ParameterError) as caught:
            alignode.run(*args, **kwargs)
        self.assertIsInstance(caught.exception, ValueError)
        return caught.exception

    def test_file(self):
        path = self.path("mine.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("problem:\n  student: {unit: 3}\nlearning: {rule: dfa}\n")
        e = self.caught(path)
        self.assertEqual((e.file, e.line, e.column, e.key), (path, 2, 13, "problem.student.unit"))
        self.assertEqual(e.message, "unknown key problem.student.unit, did you mean "
                                    "problem.student.units?")
        self.assertEqual(e.source, "  student: {unit: 3}")

    def test_dict(self):
        e = self.caught({"learning": {"rule": "dfa", "rate": -1}})
        self.assertEqual((e.file, e.line, e.column, e.key), ("dict", 3, 9, "learning.rate"))

    def test_text(self):
        e = self.caught("learning: {rule: dfa}\nproblem: {activation: erv}\n")
        self.assertEqual((e.file, e.line, e.column, e.key), ("text", 2, 23, "problem.activation"))

    def test_override(self):
        e = self.caught(PROBLEM, learning__rate="fast")
        self.assertEqual((e.file, e.line, e.column, e.key), (None, None, 15, "learning.rate"))
        self.assertEqual(e.source, "learning.rate=fast")
        self.assertTrue(str(e).startswith("learning.rate: expected"), str(e))

    def test_no_options_of_the_command_line(self):
        self.assertNotIn("--", str(self.caught(PROBLEM, learning__rat=1)))
        with self.assertRaisesRegex(ParameterError, "^over: learning.rate is given twice"):
            alignode.sweep(PROBLEM, {"learning.rate": [0.1, 0.2]}).figure(
                over="learning.rate,learning.rate")
        for words, wanted in (
                ("x: differs; --resume extends it, --force replaces it",
                 "x: differs; resume=True extends it, force=True replaces it"),
                ("--resume needs an output file, -o PATH", "resume=True needs an output file, output=PATH"),
                ("try --set ode.stepper=bsimp", "try ode.stepper=bsimp"),
                ("--figure curves needs only one", "figure curves needs only one")):
            self.assertEqual(in_python(words), wanted)

    def test_a_path_is_no_key(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "r.tsv")
            alignode.run(PROBLEM, output=path)
            with self.assertRaisesRegex(ParameterError, "force=True replaces it") as caught:
                alignode.run(PROBLEM, output=path, learning__rate=1)
        self.assertEqual(caught.exception.key, "learning.rate")

    def test_top_level(self):
        self.assertEqual(self.caught({"titel": "x", **PROBLEM}).key, "titel")

    def test_engine(self):
        self.assertEqual(self.caught(PROBLEM, "odd").key, "engine")
        e = self.caught(PROBLEM, "sgd", problem={"inputs": 3})
        self.assertIn("problem.inputs", e.message)
