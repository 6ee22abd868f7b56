"""A call gives the numbers of the program, bit by bit; shapes; files; errors while running."""

import os
import pickle
import signal
import threading
import unittest
import warnings

import numpy as np

import alignode
from alignode import _library

from .support import NETWORK, PROBLEM, Case, shell


class Numbers(Case):
    def check_table(self, here, path):
        there = alignode.read(path)
        self.assertEqual(here.columns, there.columns)
        self.same(here.value, there.value)
        self.assertEqual(here.yaml, there.yaml)
        self.assertEqual(here.remarks, there.remarks)

    def test_engines(self):
        for engine in ("ode", "chain", "sgd"):
            with self.subTest(engine=engine):
                path = shell(engine, PROBLEM, self.folder)
                r = alignode.run(PROBLEM, engine)
                self.check_table(r, path)
                # The same bytes, whatever the number of threads.
                for threads in (1, 3):
                    copy = alignode.run(PROBLEM, engine, threads=threads).save(
                        self.path(f"{engine}{threads}.tsv"))
                    with open(copy, "rb") as a, open(path, "rb") as b:
                        self.assertEqual(a.read(), b.read())
                os.remove(path)

    def test_compare(self):
        params = {**PROBLEM, "compare": {"engines": ["ode", "chain"], "z": 100}}
        path = shell("compare", params, self.folder)
        c = alignode.compare(params)
        self.check_table(c, path)
        self.assertTrue(c.agree)
        self.assertIn("agree", c.verdict)
        self.assertNotIn(".tsv", c.verdict)
        c = alignode.compare(params, compare={"z": 1e-3, "c": 1e-9})
        self.assertFalse(c.agree)
        self.assertIn("Cause", c.verdict)
        self.assertLessEqual({"eg", "Q_1_1", "cos_W2_F1"}, set(c["quantity"]))

    def test_study(self):
        params = {"problem": {"inputs": 100}, "learning": {"rule": "dfa", "rate": 1.0},
                  "run": {"time": 30}, "study": "plearn", "plearn": {"runs": 6}}
        self.check_table(alignode.study(params), shell("study", params, self.folder))

    def test_fixedpoint(self):
        params = {"problem": {"inputs": 100}, "learning": {"rule": "bp", "rate": 0.5},
                  "fixedpoint": {"count": 5}}
        self.check_table(alignode.fixedpoint(params), shell("fixedpoint", params, self.folder))

    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_train(self):
        params = {**NETWORK, "run": {**NETWORK["run"], "weights": True}}
        path = shell("train", params, self.folder)
        t, there = alignode.train(NETWORK), alignode.read(path)
        self.check_table(t, path)
        self.assertEqual(t.seeds, [1, 2])
        self.assertEqual(t.series("WA").shape, (2, len(t) // 2))
        self.same(t.similarity.value, there.similarity.value)
        self.assertEqual(set(t.weights), {1, 2})
        for seed in (1, 2):
            self.assertEqual(list(t.weights[seed]), ["F_1", "F_2", "W_1", "W_2", "W_3"])
            for name, array in t.weights[seed].items():
                self.assertEqual(array.dtype, np.float32)
                self.same(array, there.weights[seed][name])
        self.assertEqual(t.weights[1]["W_1"].shape, (8, 12))
        self.assertEqual(t.weights.params["data"]["name"], "mixture")
        self.assertIsNone(alignode.train(NETWORK, weights=False).weights)

    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_safetensors(self):
        usual = alignode.train(NETWORK)
        path = self.path("two.safetensors")
        t = alignode.train(NETWORK, weights=path)
        names = {"0.weight": "W_1", "2.weight": "W_2", "4.weight": "W_3", "F_1": "F_1", "F_2": "F_2"}
        for seed in (1, 2):
            self.assertEqual(set(t.weights[seed]), set(names))
            for name, own in names.items():
                self.same(t.weights[seed][name], usual.weights[seed][own])
        one = self.path("one.safetensors")
        alignode.train(NETWORK, weights=one, **{"run.seeds": 2})
        self.same(alignode.weights(one)[2]["2.weight"], usual.weights[2]["W_2"])
        # What another program wrote: no parameters, and the only network is for every seed.
        array = usual.weights[1]["W_1"]
        header = b'{"0.weight":{"dtype":"F32","shape":[8,12],"data_offsets":[0,384]}}'
        with open(self.path("other.safetensors"), "wb") as file:
            file.write(len(header).to_bytes(8, "little") + header + array.tobytes())
        other = alignode.weights(self.path("other.safetensors"))
        self.assertEqual((dict(other), other.params), ({}, {}))
        self.same(other.other["0.weight"], array)
        again = alignode.train(NETWORK, **{"network.init": {"from": path}, "run.epochs": 0})
        for seed in (1, 2):
            self.same(again.weights[seed]["W_3"], usual.weights[seed]["W_3"])
        with self.assertRaises(alignode.ParameterError):
            alignode.train(NETWORK, **{"network.init": {"from": self.path("other.safetensors")}})

    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_train_on_arrays(self):
        rng = np.random.default_rng(1)
        x, y = rng.standard_normal((90, 12)), rng.integers(0, 3, 90)
        arrays = {"x_train": x[:60], "y_train": y[:60], "x_test": x[60:], "y_test": y[60:]}
        params = {k: v for k, v in NETWORK.items() if k != "data"}
        np.savez(self.path("mine.npz"), **arrays)
        there = alignode.train({**params, "data": {"name": "npz", "path": self.path("mine.npz")}})
        out = self.path("out.tsv")
        for call in (lambda: alignode.train(params, arrays=arrays),
                     lambda: alignode.train(params, arrays=np.load(self.path("mine.npz"))),
                     lambda: alignode.train(params, arrays=arrays, output=out),
                     lambda: alignode.train(params, arrays=arrays, output=out),
                     lambda: alignode.train(out, output=self.path("again.tsv")),
                     lambda: alignode.sweep(params, {"learning.rate": [0.01]}, arrays=arrays).point(0)):
            self.same(call().value, there.value)
        arrays["x_train"] = np.asfortranarray(arrays["x_train"])
        self.same(alignode.train(params, arrays=arrays).value, there.value)
        arrays["y_test"] = 2 - arrays["y_test"]
        with self.assertRaisesRegex(alignode.ParameterError, "holds other data; force=True"):
            alignode.train(params, arrays=arrays, output=out)
        alignode.train(params, arrays=arrays, output=out, force=True)
        with self.assertRaisesRegex(alignode.ParameterError, "expected x_train, .*, got x$"):
            alignode.train(params, arrays={"x": x})

    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_seeds_as_a_list(self):
        self.assertEqual(alignode.train(NETWORK, run__seeds=range(3, 5)).seeds, [3, 4])
        with self.assertRaisesRegex(alignode.ParameterError, "expected 4, the number after 3"):
            alignode.train(NETWORK, run__seeds=[3, 5])

    @unittest.skipUnless(_library.has_deep, "built without deep networks")
    def test_weights_are_those_of_the_columns(self):
        """cos(W_2 as read, F_1 as read) is the last WA_2, for one output layer and DFA."""
        params = {**NETWORK, "network": {"layers": [{"dense": 8, "activation": "tanh"},
                                                    {"dense": 3}], "precision": "double"}}
        t = alignode.train(params)
        for seed, last in zip(t.seeds, (b.stop - 1 for b in t.blocks)):
            W, F = t.weights[seed]["W_2"], t.weights[seed]["F_1"].T
            cos = (W * F).sum() / np.sqrt((W**2).sum() * (F**2).sum())
            self.assertAlmostEqual(cos, t["WA"][last], places=12)

    def test_sweep(self):
        over = {"learning.rate": [0.1, 0.2], "run.seed": range(1, 4)}
        s = alignode.sweep(PROBLEM, over)
        self.assertEqual(s.keys, list(over))
        self.assertEqual(len(s), 6)
        self.assertEqual(s["run.seed"].tolist(), [1, 2, 3, 1, 2, 3])
        for row in range(6):
            r = alignode.run(PROBLEM, learning__rate=s["learning.rate"][row],
                             run={"seed": int(s["run.seed"][row])})
            self.assertEqual(s["eg"][row], r.eg[-1])
            self.same(s.point(row).Q, r.Q)
        files = alignode.sweep(PROBLEM, [{"keys": ["learning.rate", "problem.noise"],
                                          "values": [[[0.1, 0], 0.5], [0.2, 0]]}], sweep__points="files")
        rows = alignode.sweep(files, sweep__points="rows")
        for row in range(2):
            self.assertTrue(os.path.exists(os.path.join(files.folder, str(files["file"][row]))))
            self.assertFalse(os.path.exists(os.path.join(rows.folder, str(rows["file"][row]))))
            self.same(files.point(row).value, rows.point(row).value)
        folder = s.folder
        self.assertTrue(os.path.isdir(folder))
        del s
        self.assertFalse(os.path.exists(folder))

    def test_sweep_in_a_folder(self):
        folder = self.path("grid")
        over = [{"key": "learning.rule", "values": ["bp", "dfa"]},
                {"key": "learning.rate", "from": 0.1, "to": 0.4, "count": 2, "spacing": "log"}]
        s = alignode.sweep(PROBLEM, over, command="chain", folder=folder)
        self.assertEqual(list(s["learning.rule"]), ["bp"] * 6 + ["dfa"] * 6)
        again = alignode.read(os.path.join(folder, "collected.tsv"))
        self.same(s.value, again.value)
        self.assertEqual(again.point(0).command, "chain")
        # The file of a sweep says all; what it says is kept.
        self.same(alignode.sweep(again).value, s.value)
        self.assertEqual(alignode.sweep(again, {"run.seed": [1]}).point(0).command, "chain")

    def test_sweep_with_a_failure(self):
        s = alignode.sweep({"problem": {"activation": "quadratic", "inputs": 60},
                            "learning": {"rule": "bp"}, "run": {"time": 5}},
                           {"learning.rate": [0.01, 100.0]})
        self.assertEqual(len(s.failures), 1)
        self.assertIn("point 1 failed", s.failures[0])
        self.assertTrue(np.isnan(s["eg"][1]) and s["eg"][0] > 0)


class Shapes(Case):
    def test_ode(self):
        r = alignode.run(PROBLEM)
        n = len(r.t)
        self.assertEqual((r.eg.shape, r.Q.shape, r.R.shape, r.W2.shape, r.T.shape, r.V2.shape,
                          r.F.shape), ((n,), (n, 3, 3), (n, 3, 2), (n, 2, 3), (2, 2), (2, 2), (3, 2)))
        self.same(r.Q, r.Q.transpose(0, 2, 1))
        self.assertEqual(r.Q[4, 0, 2], r["Q_1_3"][4])
        self.assertEqual(r.R[4, 2, 1], r["R_3_2"][4])
        self.assertEqual(r.W2[4, 1, 0], r["W2_2_1"][4])
        self.assertEqual(r.params["problem"]["inputs"], 60)
        self.same(r.mean("Q"), r.Q)
        self.assertFalse(r.sem("Q").any())

    def test_repeats(self):
        r = alignode.run(PROBLEM, "chain")
        n = len(r.t)
        self.assertEqual((r.repeats, r.eg.shape, r.Q.shape, r.cos_W2_F1.shape),
                         (3, (3, n), (3, n, 3, 3), (3, n)))
        self.assertEqual(r.R[2, 1, 0, 1], r["R_1_2"][r.blocks[2]][1])
        np.testing.assert_allclose(r.mean("R"), r.R.mean(axis=0))
        np.testing.assert_allclose(r.sem("eg"), r.eg.std(axis=0, ddof=1) / np.sqrt(3))
        self.assertTrue(np.isnan(alignode.run(PROBLEM, "sgd", run={"repeats": 1}).sem("eg")).all())

    def test_teacher_and_feedback(self):
        """T and F1 are those in the header, whether drawn or given; eg follows from them."""
        for engine in ("ode", "sgd"):
            r = alignode.run(PROBLEM, engine)
            self.assertEqual(r.T.tolist(), r.params["drawn"]["T"])
            self.assertEqual(r.F.tolist(), r.params["drawn"]["F1"])
        F1 = [[0.5, 1.0], [-0.25, 2.0], [1e-9, -3.0]]
        r = alignode.run(PROBLEM, learning={"feedback": {"matrix": F1}})
        self.assertEqual(r.F.tolist(), F1)
        W2 = r.W2[-1]
        cos = np.trace(W2 @ r.F) / np.linalg.norm(W2) / np.linalg.norm(r.F)
        self.assertAlmostEqual(cos, r.cos_W2_F1[-1], places=14)

    def test_learned_feedback(self):
        r = alignode.run(PROBLEM, learning={"rule": "kolen-pollack"})
        self.assertEqual(r.F.shape, (len(r.t), 3, 2))

    def test_events(self):
        r = alignode.run(PROBLEM, ode={"events": {"eg_below": [0.2, 1e-20], "cos_maximum": True}})
        names = [(e["name"], e.get("value")) for e in r.events]
        self.assertEqual(names, [("eg_below", 0.2), ("eg_below", 1e-20), ("cos_maximum", None)])
        self.assertTrue(np.isnan(r.events[1]["t"]))

    def test_other_processes(self):
        """Results and states are pickled, as multiprocessing does."""
        r = alignode.run(PROBLEM, "chain")
        state = r.state(2, 1)
        again, there = pickle.loads(pickle.dumps((r, state)))
        self.same(again.Q, r.Q)
        self.same(again.T, r.T)
        self.same(there.vector, state.vector)
        self.assertEqual(there.eg, state.eg)

    def test_unknown(self):
        r = alignode.run(PROBLEM)
        with self.assertRaises(AttributeError):
            r.qq
        with self.assertRaises(KeyError):
            r["qq"]
        with self.assertRaises(KeyError):
            r.matrix("S")
        self.assertIn("cos_W2_F1", r)
        self.assertEqual(list(r.to_dict()), r.columns)


class Files(Case):
    def test_output_is_kept(self):
        path = self.path("r.tsv")
        r = alignode.run(PROBLEM, "chain", output=path)
        self.assertEqual(r.path, path)
        before = os.stat(path).st_mtime_ns
        self.same(alignode.run(PROBLEM, "chain", output=path).value, r.value)
        self.assertEqual(os.stat(path).st_mtime_ns, before)
        with self.assertRaisesRegex(alignode.ParameterError, "learning.rate.*force=True replaces"):
            alignode.run(PROBLEM, "chain", output=path, learning__rate=0.7)
        with self.assertRaisesRegex(alignode.ParameterError, "resume=True extends"):
            alignode.run(PROBLEM, "chain", output=path, run={"repeats": 5})
        longer = alignode.run(PROBLEM, "chain", output=path, run={"repeats": 5}, resume=True)
        self.assertEqual(longer.repeats, 5)
        self.same(longer.Q[:3], r.Q)
        alignode.run(PROBLEM, "chain", output=path, learning__rate=0.7, force=True)
        self.assertEqual(alignode.read(path).params["learning"]["rate"], 0.7)

    def test_run_again(self):
        r = alignode.run(PROBLEM)
        path = r.save(self.path("r.tsv"))
        with self.assertRaises(FileExistsError):
            r.save(path)
        for again in (r, path, alignode.read(path)):
            self.same(alignode.run(again).value, r.value)

    def test_start_from_a_result(self):
        path = alignode.run(PROBLEM, "chain").save(self.path("r.tsv"))
        start = {"overlaps": {"from": path, "repeat": 1, "time": 3}}
        r = alignode.run(PROBLEM, problem=start)
        self.same(r.Q[0], alignode.read(path).Q[1, -1])

    def test_unfinished(self):
        r = alignode.run(PROBLEM, "sgd")
        path = r.save(self.path("r.tsv"))
        with open(path, "rb") as file:
            lines = file.read().splitlines(True)
        rows = [i for i, line in enumerate(lines) if line[:1].isdigit()]
        part = self.path("q.tsv.part")
        with open(part, "wb") as file:  # one repeat and two rows of the next
            file.write(b"".join(lines[:rows[len(r.t) + 1] + 1]))
        u = alignode.read(part)
        self.assertFalse(u.complete)
        self.assertEqual(u.note, f"unfinished: {len(r.t) + 2} rows in 2 blocks so far")
        self.same(u.eg[0], r.eg[0])
        self.same(u.eg[1, :2], r.eg[1, :2])
        self.assertTrue(np.isnan(u.eg[1, 2:]).all())
        with self.assertRaisesRegex(alignode.ParameterError, "q.tsv"):
            os.rename(part, self.path("q.tsv"))
            alignode.read(self.path("q.tsv"))

    def test_damaged(self):
        path = alignode.run(PROBLEM).save(self.path("r.tsv"))
        with open(path, "rb") as file:
            data = bytearray(file.read())
        at = data.index(b"\n0\t0\t") + 6
        data[at] = ord("9") if data[at] != ord("9") else ord("8")
        with open(path, "wb") as file:
            file.write(data)
        with self.assertRaises(alignode.ParameterError) as caught:
            alignode.read(path)
        self.assertIn("r.tsv", str(caught.exception))
        self.assertTrue(alignode.read(path, sound=False).damaged)

    def test_not_a_result(self):
        path = self.path("x.tsv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("a\tb\n1\t2\n")
        with self.assertRaises(alignode.ParameterError):
            alignode.read(path)
        with self.assertRaises(FileNotFoundError):
            alignode.read(self.path("none.tsv"))
        if _library.has_deep:
            with self.assertRaises(alignode.ParameterError):
                alignode.weights(path)
        with self.assertRaises(alignode.ParameterError):
            alignode.run(PROBLEM, output=self.path("no/folder/r.tsv"))


class Stopping(Case):
    # Endless for the purpose of a test: it ends when it is stopped.
    ENDLESS = {**PROBLEM, "run": {"time": 1e9, "repeats": 1, "record": {"count": 5, "first": 1.0}}}

    def setUp(self):
        super().setUp()
        # A job in the background of a shell is started with Ctrl-C ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)

    def interrupted(self, engine, **options):
        """Ctrl-C as soon as it reports progress: once it runs, then."""
        begun = threading.Event()

        def interrupt():
            begun.wait(60)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with self.assertRaises(KeyboardInterrupt) as caught:
            alignode.run(self.ENDLESS, engine, progress=lambda x: begun.set(), **options)
        return caught.exception

    def test_interrupt(self):
        e = self.interrupted("chain")
        self.assertIsInstance(e, alignode.Stopped)
        # And the next run is not affected.
        self.assertTrue(alignode.run(PROBLEM, "chain").complete)

    def test_what_was_recorded_is_kept(self):
        path = self.path("r.tsv")
        endless = {**PROBLEM, "run": {"time": 1e9, "record": {"times": [0, 0.5, 1e9]}}}
        begun = threading.Event()
        seen = []

        def progress(x):
            seen.append(x)
            begun.set()

        def interrupt():
            begun.wait(60)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with self.assertRaises(alignode.Stopped) as caught:
            alignode.run(endless, "ode", output=path, progress=progress, ode={
                "max_steps": 10**15, "rtol": 1e-13, "atol": 1e-15}, learning={"decay": 1e-3})
        if caught.exception.result is not None:  # at least a row had been written
            self.assertFalse(caught.exception.result.complete)
            self.assertTrue(os.path.exists(path + ".part"))
        self.assertFalse(os.path.exists(path))

    def test_progress_raises(self):
        class Enough(Exception):
            pass

        def progress(x):
            raise Enough("enough")

        with self.assertRaisesRegex(Enough, "enough"):
            alignode.run(self.ENDLESS, "sgd", progress=progress)

    def test_progress(self):
        seen = []
        alignode.run(PROBLEM, "sgd", progress=seen.append)
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(seen[-1], 1.0)

    def test_other_threads_go_on(self):
        """The interpreter is free during a run; a run in another thread works too."""
        results = []

        def work():
            results.append(alignode.run(PROBLEM, "chain").value)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        here = alignode.run(PROBLEM, "chain").value
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 4)
        for value in results:
            self.same(value, here)

    def test_failure_keeps_rows(self):
        with self.assertRaises(alignode.ComputationError) as caught:
            alignode.run({"problem": {"activation": "quadratic"},
                          "learning": {"rule": "bp", "rate": 100.0}, "run": {"time": 5}})
        self.assertIsInstance(caught.exception, ArithmeticError)
        r = caught.exception.result
        self.assertFalse(r.complete)
        self.assertGreater(len(r), 0)
        self.assertTrue((np.diff(r.t) > 0).all())

    def test_remarks_are_warnings(self):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            alignode.run({"problem": {"inputs": 100}, "learning": {"rule": "bp", "rate": 1.0},
                          "run": {"time": 4000, "record": {"count": 400}},
                          "ode": {"rtol": 1e-4, "atol": 1e-5}})
        for w in seen:
            self.assertTrue(issubclass(w.category, alignode.Remark), w)
            self.assertEqual(w.filename, __file__)
