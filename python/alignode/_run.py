"""The commands: a run, a comparison, a study, fixed points, training, a sweep."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
import warnings
import weakref
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from . import _arrays as _a
from . import _library as _l
from ._errors import ComputationError, ParameterError, Stopped, in_python
from ._parameters import Parameters, Request, from_yaml, given
from ._table import (Comparison, Result, Sweep, Table, Training, add_beside, beside, read)

_ENGINES = ("ode", "chain", "sgd")

Progress = Optional[Callable[[float], Any]]


class Remark(UserWarning):
    """What the library remarks on a computation that it did not refuse."""


def _partial(output: str, keep: bool) -> Optional[Table]:
    """The rows so far of a run that was stopped or failed."""
    path = output + ".part"
    try:
        table = read(path) if os.path.exists(path) else None
    except (ParameterError, OSError):
        return None
    if table is None or len(table) == 0:
        return None
    if keep:
        with open(path, "rb") as file:
            table._bytes = file.read()
        table.path = None
    return table


def _call(command: str, params: Parameters, overrides: Mapping[str, Any], output: str, keep: bool,
          progress: Progress, **rest: Any) -> Tuple[_l.Report, str, List[str]]:
    """Runs a command into a file.  Returns its report, the text of that, and its remarks."""
    watcher = _l.Watcher(progress)
    request = Request(command, params, overrides, output=_l.encode(output), watch=watcher.watch,
                      quick=keep, **rest)
    report = _l.Report()
    try:
        watcher.run(_l.lib.aln_command_run, ctypes.byref(request.struct), ctypes.byref(report))
    except (ComputationError, Stopped) as error:
        error.result = _partial(output, keep)
        raise
    finally:
        text = _l.take_text(ctypes.c_void_p(report.text))
        if command in _ENGINES:  # these remark on their numbers, others on their work
            for remark in watcher.remarks:
                warnings.warn(in_python(remark), Remark, stacklevel=4)
    return report, text, watcher.remarks


def _table(command: str, kind: type, params: Parameters, overrides: Mapping[str, Any],
           output: Any, progress: Progress, threads: int, resume: bool, force: bool) -> Any:
    """The result of a command, in memory or in the file that was asked for."""
    rest = {"threads": int(threads), "resume": bool(resume), "force": bool(force)}
    if output is not None:
        path = os.path.abspath(os.fspath(output))
        _, text, messages = _call(command, params, overrides, path, False, progress, **rest)
        table = kind(path)
        if isinstance(table, Training):
            add_beside(table, path, keep=False)
    else:
        with tempfile.TemporaryDirectory(prefix="alignode-") as folder:
            path = os.path.join(folder, command + ".tsv")
            _, text, messages = _call(command, params, overrides, path, True, progress, **rest)
            table = kind(path, keep=True)
            if isinstance(table, Training):
                add_beside(table, path, keep=True)
    table.messages = messages
    if isinstance(table, Comparison):  # a file that does not last need not be named
        table.verdict = text if output is not None else "".join(
            line for line in text.splitlines(True) if path not in line)
    return table


def run(params: Parameters, /, engine: str = "ode", *, output: Any = None,
        progress: Progress = None, threads: int = 0, resume: bool = False, force: bool = False,
        **overrides: Any) -> Result:
    """Runs an engine on a two-layer problem.

    Parameters
    ----------
    params : dict, path, YAML text or result
        Nested as a parameter file is; a path of one, or of a result, whose header is read; a text
        with line breaks; or a result, which is run again.
    engine : str
        ``"ode"``, the order-parameter equations; ``"chain"``, their exact finite-N Markov chain;
        ``"sgd"``, direct simulation.
    output : path, optional
        Write the result here, as the program does: the same call again finds it or continues it,
        and nothing else is replaced. Default: in memory.
    progress : callable, optional
        Called with the fraction done. An exception in it stops the run.
    threads : int
        0: as many as OpenMP uses by default. The numbers do not depend on it.
    resume : bool
        Extend a shorter result at `output`.
    force : bool
        Replace what is at `output`.
    **overrides
        Values that replace those of `params`. A dict is merged into its section,
        ``learning={"rate": 0.2}``: what it does not name is kept. A key in full, with ``__`` for
        each dot, is replaced with all that it holds: ``learning__rate=0.2``,
        ``run__record={"times": [0, 1, 10]}``.

    Returns
    -------
    Result

    Raises
    ------
    ParameterError
        A mistake in the parameters, with file, line, column and key.
    ComputationError
        The run failed, e.g. diverged; its `result` is what was recorded before.
    Stopped
        After Ctrl-C; likewise.

    Examples
    --------
    >>> r = run({"learning": {"rule": "dfa", "rate": 0.5}}, run={"time": 10})
    >>> r.Q.shape
    (201, 2, 2)
    """
    if engine not in _ENGINES:
        raise ParameterError(f"engine: unknown engine {engine!r}, expected one of "
                             f"{', '.join(_ENGINES)}", key="engine")
    return _table(engine, Result, params, overrides, output, progress, threads, resume, force)


def compare(params: Parameters, /, *, output: Any = None, progress: Progress = None,
            threads: int = 0, force: bool = False, **overrides: Any) -> Comparison:
    """Runs the engines of ``compare.engines`` from one start and judges their differences.

    Parameters are those of :func:`run`; the result says whether they `agree`, and its `verdict` in
    words why not.
    """
    return _table("compare", Comparison, params, overrides, output, progress, threads, False, force)


def study(params: Parameters, /, *, output: Any = None, progress: Progress = None, threads: int = 0,
          force: bool = False, **overrides: Any) -> Table:
    """Runs the study that ``study:`` names, many runs each judged.

    Parameters are those of :func:`run`. The counts are the `remarks` of the result.
    """
    return _table("study", Table, params, overrides, output, progress, threads, False, force)


def fixedpoint(params: Parameters, /, *, output: Any = None, progress: Progress = None,
               threads: int = 0, force: bool = False, **overrides: Any) -> Table:
    """Finds fixed points of the equations and their stability (section ``fixedpoint:``).

    Parameters are those of :func:`run`.
    """
    return _table("fixedpoint", Table, params, overrides, output, progress, threads, False, force)


def train(params: Parameters, /, *, arrays: _a.Arrays = None, weights: Any = True,
          output: Any = None, progress: Progress = None, threads: int = 0, resume: bool = False,
          force: bool = False, **overrides: Any) -> Training:
    """Trains deep networks.

    Parameters
    ----------
    params, output, progress, threads, resume, force, **overrides
        As of :func:`run`, for a file with ``data:`` and ``network:``.
    arrays : mapping, optional
        A data set of one's own instead of the one that ``data:`` names: the arrays ``x_train``,
        ``y_train``, ``x_test`` and ``y_test``, in a dict or as ``numpy.load("mine.npz")``. Inputs are
        (samples, numbers), (samples, rows, columns) or with channels first or last; bytes are pixels,
        divided by 255. Whole numbers in y are labels, real ones targets. The library reads them from a
        file, which the parameters of the result name: ``STEM.data.npz`` beside `output`, else a
        temporary one.
    weights : bool or path
        Keep the final weights, as ``run.weights: true`` does: ``r.weights[1]["W_2"]``. A path that
        ends in ``.safetensors``: in that file, with PyTorch's names: ``r.weights[1]["2.weight"]``.

    Returns
    -------
    Training
    """
    if not _l.has_deep:
        raise ImportError("this libalignode was built without deep networks (meson: -Ddeep=enabled)")
    if weights:
        kept_in = True if weights is True else os.fspath(weights)
        overrides = {**overrides, "run.weights": kept_in}
    rest = (output, progress, threads, resume, force)
    if arrays is None:
        return _table("train", Training, params, overrides, *rest)
    kept = None if output is None else beside(os.path.abspath(os.fspath(output)), ".data.npz")
    with _a.archive(arrays, kept, force) as path:
        return _table("train", Training, params, {**overrides, **_a.overrides_for(path)}, *rest)


Over = Union[Mapping[str, Any], Sequence[Mapping[str, Any]], None]


def _axes(over: Over) -> List[Dict[str, Any]]:
    """The list ``sweep.over`` of a parameter file."""
    if not isinstance(over, Mapping):
        return [dict(axis) for axis in over or ()]
    axes = []
    for key, values in over.items():
        key = key.replace("__", ".")
        if isinstance(values, Mapping):
            axes.append({"key": key, **values})
        elif isinstance(values, range) and values.step == 1 and len(values) > 0:
            axes.append({"key": key, "from": values.start, "to": values.stop - 1})
        else:
            axes.append({"key": key, "values": list(values)})
    return axes


def sweep(params: Parameters, /, over: Over = None, *, command: Optional[str] = None,
          arrays: _a.Arrays = None, folder: Any = None, progress: Progress = None, threads: int = 0, force: bool = False,
          **overrides: Any) -> Sweep:
    """Runs a command over a grid of parameters.

    Parameters
    ----------
    params : dict, path, YAML text or result
        As of :func:`run`; its section ``sweep:`` may describe the grid.
    over : mapping or list, optional
        ``{"learning.rate": [0.1, 0.2], "run.seed": range(1, 21)}``: values of each key, or a dict as
        in a file, ``{"from": 0.1, "to": 10, "count": 13, "spacing": "log"}``. The grid is their
        product, the last key runs fastest.
    command : str, optional
        ``"ode"`` unless ``sweep.run`` of the parameters says another.
    arrays : mapping, optional
        As of :func:`train`, which they make the default of `command`; kept in `folder`.
    folder : path, optional
        Where the results of the points are kept: the same call again runs what is missing.
        Default: a temporary one, removed with what is returned.
    progress, threads, force, **overrides
        As of :func:`run`.

    Returns
    -------
    Sweep
        The table of all points; ``s.point(row)`` is a whole result.

    Raises
    ------
    ParameterError
        A mistake, before any point runs.
    ComputationError
        If other processes have points of `folder` left to run. A point that fails stops no other:
        its row is NaN, and `failures` says why.
    """
    if command is None and arrays is not None:
        command = "train"
    if over is not None:
        overrides = {**overrides, "sweep.over": _axes(over)}
        if command is None and not _names_a_sweep(params):
            command = "ode"
    if command is not None:
        overrides = {**overrides, "sweep.run": command}
    temporary = tempfile.mkdtemp(prefix="alignode-") if folder is None else None
    path = os.path.abspath(os.fspath(folder if folder is not None else temporary))
    try:
        if arrays is not None:
            os.makedirs(path, exist_ok=True)
            archive = os.path.join(path, "data.npz")
            _a.write(arrays, archive, force)
            overrides = {**overrides, **_a.overrides_for(archive)}
        table = _sweep(params, overrides, path, temporary is not None, progress,
                       threads=int(threads), force=bool(force))
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise
    if temporary is not None:
        weakref.finalize(table, shutil.rmtree, temporary, ignore_errors=True)
    return table


def _sweep(params: Parameters, overrides: Mapping[str, Any], path: str, keep: bool,
           progress: Progress, **rest: Any) -> Sweep:
    report, text, messages = _call("sweep", params, overrides, path, False, progress, **rest)
    collected = os.path.join(path, "collected.tsv")
    if report.missing:
        raise ComputationError(f"{report.missing} points are left to other processes in {path}")
    table = Sweep(collected, keep=keep)
    table.folder, table.failures, table.messages = path, text.splitlines(), messages
    similar = os.path.join(path, "collected.similarity.tsv")
    if os.path.exists(similar):
        table.second = Table(similar, keep=keep)
    return table


def _names_a_sweep(params: Parameters) -> bool:
    """Whether parameters say which command to sweep."""
    name, text = given(params)
    if text is None:
        with open(name, encoding="utf-8") as file:
            text = file.read()
    section = from_yaml(text, name).get("sweep")
    return isinstance(section, dict) and "run" in section
