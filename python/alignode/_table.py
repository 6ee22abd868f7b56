"""Results as arrays: tables of any command, and what the commands add to them."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy as np

from . import _library as _l
from ._errors import ParameterError
from ._parameters import from_yaml

_ENTRY = re.compile(r"(.+?)_(\d+)_(\d+)(\.\d+)?\Z")
_DAMAGED = 2  # enum aln_table_check


def count(n: int, what: str) -> str:
    """1 row, 2 rows."""
    return f"{n} {what}{'' if n == 1 else 's'}"


class Table:
    """A result of any command: its columns, parameters and remarks.

    ``table["name"]`` is a column as an array of numbers, or of texts if any of its cells is one;
    columns whose names are Python names are attributes too: ``table.eg``.

    Attributes
    ----------
    command : str
        What made it: ``"ode"``, ``"study"``, ...
    version : str
        Of the alignode that made it.
    columns : list of str
    value : ndarray, shape (rows, columns)
        All cells, NaN where one is not a number.
    yaml : str
        The header: its parameters, and what was drawn from the seed.
    remarks : list of str
        The lines below the rows: events, counts of a study.
    note : str or None
        Why it is not complete: the rows so far of a run that was stopped or is still running.
    messages : list of str
        What the library remarked while it made this result.
    path : str or None
        The file that it was read from; None for one in memory.
    """

    def __init__(self, path: str, *, unfinished: bool = False, keep: bool = False,
                 sound: bool = True) -> None:
        """Reads a result.

        Parameters
        ----------
        unfinished : bool
            It is the PATH.part of a run.
        keep : bool
            The file will not last: keep its bytes.
        sound : bool
            Refuse a damaged one.
        """
        data = ctypes.POINTER(_l.TableData)()
        read = _l.lib.aln_table_read_unfinished if unfinished else _l.lib.aln_table_read
        _l.check(read(ctypes.byref(data), _l.encode(path)))
        try:
            if sound:
                _l.check(_l.lib.aln_table_must_be_sound(data, _l.encode(path)))
            self._take(data.contents)
        finally:
            _l.lib.aln_table_free(data)
        self.path: Optional[str] = None if keep else os.path.abspath(path)
        self._name = os.path.basename(path)
        self._bytes: Optional[bytes] = None
        if keep:
            with open(path, "rb") as file:
                self._bytes = file.read()
        self._params: Optional[Dict[str, Any]] = None
        self._images: Dict[str, bytes] = {}
        self.messages: List[str] = []
        self.note: Optional[str] = None
        if unfinished:
            self.note = (f"unfinished: {count(len(self), 'row')} in "
                         f"{count(len(self.blocks), 'block')} so far")

    def _take(self, t: _l.TableData) -> None:
        self.version, self.command = t.version.decode(), t.command.decode()
        self.yaml: str = t.yaml.decode()
        self.columns: List[str] = [t.name[i].decode() for i in range(t.cols)]
        self.damaged: bool = t.check == _DAMAGED
        self.value = np.zeros((t.rows, t.cols))
        if t.rows > 0:
            self.value[...] = np.ctypeslib.as_array(t.value, (t.rows, t.cols))
        self._texts = {name: texts for i, name in enumerate(self.columns)
                       if (texts := _texts(t, i, self.value[:, i])) is not None}
        ends = [0] + [t.block_end[i] for i in range(t.blocks)]
        self.blocks: List[slice] = [slice(a, b) for a, b in zip(ends, ends[1:])]
        if ends[-1] < t.rows:  # the block that was being written
            self.blocks.append(slice(ends[-1], t.rows))
        self.remarks: List[str] = [t.remark[i].decode() for i in range(t.remarks)]

    # ---- columns ----

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, name: str) -> np.ndarray:
        if name in self._texts:
            return self._texts[name]
        if name not in self.columns:
            raise KeyError(f"no column {name!r}; there are {', '.join(self.columns)}")
        return self.value[:, self.columns.index(name)]

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self.__dict__.get("columns", ()):
            return self[name]
        raise AttributeError(f"{type(self).__name__!r} has no attribute or column {name!r}")

    def __dir__(self) -> List[str]:
        return sorted(set(super().__dir__()) | {c for c in self.columns if c.isidentifier()})

    def to_dict(self) -> Dict[str, np.ndarray]:
        """Every column by name, as for ``pandas.DataFrame(table.to_dict())``."""
        return {name: self[name] for name in self.columns}

    def __getstate__(self) -> Dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_problem"}

    # ---- header ----

    @property
    def params(self) -> Dict[str, Any]:
        """The parameters in its header, nested as in a file. A call that takes parameters also
        takes the table itself."""
        if self._params is None:
            self._params = from_yaml(self.yaml, self._name)
        return self._params

    @property
    def complete(self) -> bool:
        """Whether the run that writes it has finished."""
        return self.note is None

    # ---- files and figures ----

    def save(self, path: Any, force: bool = False) -> str:
        """Writes the result as the program would have.

        Parameters
        ----------
        path : path
        force : bool
            Replace a file that is there.

        Returns
        -------
        str
            The path.
        """
        path = os.fspath(path)
        if os.path.exists(path) and not force:
            raise FileExistsError(f"{path}: exists; force=True replaces it")
        if self._bytes is not None:
            with open(path, "wb") as file:
                file.write(self._bytes)
        elif self.path is not None:
            shutil.copyfile(self.path, path)
        return path

    def figure(self, *others: "Table", **options: Any) -> Any:
        """Its figure, with those of other results in the same; see :func:`alignode.plot`."""
        from ._figure import plot
        return plot(self, *others, **options)

    def _image(self, form: str) -> Optional[bytes]:
        """The figure of a notebook, drawn once; None if it has none or gnuplot is missing."""
        from ._errors import Error
        if form not in self._images:
            try:
                self._images[form] = self.figure(format=form).data
            except Error as error:
                self._images[form] = b""
                self._why = error.message
        return self._images[form] or None

    def _repr_png_(self) -> Optional[bytes]:
        return self._image("png")

    def _repr_html_(self) -> str:
        from ._figure import as_html
        return as_html(self, self._image("png"), getattr(self, "_why", ""))

    def __repr__(self) -> str:
        title = self.params.get("title") or ""
        return (f"<{type(self).__name__} of {self.command}: {count(len(self), 'row')}, "
                f"{count(len(self.columns), 'column')}{', ' + title if title else ''}"
                f"{', ' + self.note if self.note else ''}>")


def _texts(t: _l.TableData, column: int, value: np.ndarray) -> Optional[np.ndarray]:
    """The cells of a column as texts if any is not a number."""
    missing = np.flatnonzero(np.isnan(value))
    if all(t.text[int(i) * t.cols + column] == b"nan" for i in missing):
        return None
    return np.array([t.text[i * t.cols + column].decode() for i in range(t.rows)], dtype=object)


# ---- engines ----

class Result(Table):
    """A run of an engine: order parameters over time.

    The equations (``ode``) give arrays that begin with the time, ``Q[t, k, l]``; ``chain`` and
    ``sgd`` give a repeat before it, ``Q[repeat, t, k, l]``. :meth:`mean` and :meth:`sem` average
    over repeats. A time that a stopped run has not reached is NaN.

    Attributes
    ----------
    t : ndarray, shape (time,)
        steps/N
    eg : ndarray, shape ([repeat,] time)
        The generalisation error.
    Q, R, W2 : ndarray, shapes ([repeat,] time, K, K), (..., K, M), (..., O, K)
    T, V2 : ndarray, shapes (M, M) and (O, M)
        Of the teacher; they do not change.
    F : ndarray, shape (K, O)
        The feedback F1; ([repeat,] time, K, O) if the rule learns it.
    """

    @property
    def _single(self) -> bool:
        return self.command == "ode"

    @property
    def repeats(self) -> int:
        """How many repeats it holds."""
        return len(self.blocks)

    @property
    def t(self) -> np.ndarray:
        """The recorded times, steps/N."""
        longest = max(self.blocks, key=lambda b: b.stop - b.start, default=slice(0, 0))
        return Table.__getitem__(self, "t")[longest]

    def _shaped(self, columns: List[int]) -> np.ndarray:
        """Columns with the axes ([repeat,] time, column)."""
        out = np.full((len(self.blocks), len(self.t), len(columns)), np.nan)
        for i, block in enumerate(self.blocks):
            out[i, :block.stop - block.start] = self.value[block][:, columns]
        return out[0] if self._single and len(self.blocks) == 1 else out

    def series(self, column: str) -> np.ndarray:
        """A column, shape ([repeat,] time)."""
        self[column]  # refuses an unknown one
        return self._shaped([self.columns.index(column)])[..., 0]

    def matrix(self, name: str) -> np.ndarray:
        """The columns ``NAME_1_1``, ``NAME_1_2``, ... as matrices, shape ([repeat,] time, i, j).

        A symmetric matrix, of which the upper triangle is recorded, is returned in full. A block is
        named as its columns are: ``"Q.2"`` for ``Q_1_1.2``.
        """
        at = {}
        for index, column in enumerate(self.columns):
            entry = _ENTRY.match(column)
            if entry and entry[1] + (entry[4] or "") == name:
                at[int(entry[2]) - 1, int(entry[3]) - 1] = index
        if not at:
            raise KeyError(f"no columns {name}_1_1, ...")
        shape = tuple(1 + max(place) for place in zip(*at))
        if len(at) < shape[0] * shape[1]:
            at.update({(j, i): index for (i, j), index in at.items()})
        flat = self._shaped([at[i, j] for i in range(shape[0]) for j in range(shape[1])])
        return flat.reshape(flat.shape[:-1] + shape)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "columns" not in self.__dict__:
            raise AttributeError(name)
        if name in self.columns:
            return self.series(name)
        if any((e := _ENTRY.match(c)) and e[1] == name for c in self.columns):
            return self.matrix(name)
        raise AttributeError(f"{type(self).__name__!r} has no attribute or column {name!r}")

    @property
    def problem(self) -> Any:
        """The two-layer problem that was run, a :class:`alignode.Problem`."""
        if getattr(self, "_problem", None) is None:
            from ._theory import Problem
            self._problem = Problem(self)
        return self._problem

    @property
    def T(self) -> np.ndarray:
        return self.problem.matrix("T")

    @property
    def V2(self) -> np.ndarray:
        return self.problem.matrix("V2")

    @property
    def F(self) -> np.ndarray:
        return self.matrix("F1") if "F1_1_1" in self.columns else self.problem.matrix("F1")

    def mean(self, name: str) -> np.ndarray:
        """The mean over repeats of a column or matrix, which begins with the time."""
        values = getattr(self, name)
        return values if self._single else values.mean(axis=0)

    def sem(self, name: str) -> np.ndarray:
        """Its standard error: zero for the ode, NaN for one repeat."""
        values = getattr(self, name)
        if self._single:
            return np.zeros_like(values)
        with np.errstate(invalid="ignore", divide="ignore"):
            n = len(values)
            return (values.std(axis=0) * np.sqrt(n / np.float64(n - 1)) / np.sqrt(n)
                    if n > 1 else np.full(values.shape[1:], np.nan))

    def state(self, i: int, repeat: int = 0) -> Any:
        """The state at recorded time i, a :class:`alignode.State`."""
        pick = (lambda a: a[i]) if self._single else (lambda a: a[repeat, i])
        names = self.problem.parts
        return self.problem.state({name: pick(self.matrix(name)) for name in names})

    @property
    def events(self) -> List[Dict[str, Any]]:
        """What the ode found (``ode.events``): name, its value if it has one, t, eg and cos; NaN if
        it did not occur."""
        return [event for remark in self.remarks if (event := _event(remark)) is not None]


def _event(remark: str) -> Optional[Dict[str, Any]]:
    words = remark.split()
    if not words or words[0] != "event":
        return None
    event: Dict[str, Any] = {"name": words[1], "t": np.nan, "eg": np.nan, "cos": np.nan}
    rest = words[2:]
    if len(rest) % 2:  # a value, or "never"
        first = rest.pop(0)
        if first != "never":
            event["value"] = float(first)
    if rest and rest[-1] == "never":
        event["value"] = float(rest[0])
        return event
    event.update({name: float(x) for name, x in zip(rest[::2], rest[1::2])})
    return event


# ---- others ----

class Comparison(Table):
    """Differences of engines, row by row, with the verdict.

    Attributes
    ----------
    outside : int
        Rows outside their tolerance.
    verdict : str
        What the program prints: whether the engines agree, the smallest difference that would have
        been seen, the worst rows and, if rows are outside, the cause.
    """

    verdict: str = ""

    @property
    def outside(self) -> int:
        return int(np.count_nonzero(self["ok"] == 0))

    @property
    def agree(self) -> bool:
        """Whether all rows are within their tolerance."""
        return self.outside == 0


class Training(Table):
    """Training of deep networks: one block of rows for each seed.

    Attributes
    ----------
    weights : dict or None
        ``weights[seed]["W_2"]``: the final weights, see :func:`alignode.weights`.
    similarity : Table or None
        The similarity of the seeds over epochs, if it was asked for.
    """

    weights: Any = None
    similarity: Optional[Table] = None

    @property
    def seeds(self) -> List[int]:
        """The seeds, in order of the blocks."""
        return [int(self["seed"][block.start]) for block in self.blocks]

    def series(self, column: str) -> np.ndarray:
        """A column by seed, shape (seed, record)."""
        values = self[column]
        longest = max(block.stop - block.start for block in self.blocks)
        out = np.full((len(self.blocks), longest), np.nan)
        for i, block in enumerate(self.blocks):
            out[i, :block.stop - block.start] = values[block]
        return out


class Sweep(Table):
    """What a sweep collected: the swept keys and the rows of each point's last time.

    Attributes
    ----------
    folder : str or None
        Where the points' results are; it lasts as long as this object if none was asked for.
    failures : list of str
        Points whose computation failed, and why.
    second : Table or None
        The table of the points' second results (similarity of training).
    """

    folder: Optional[str] = None
    failures: List[str] = []
    second: Optional[Table] = None

    @property
    def keys(self) -> List[str]:
        """The swept keys, in order."""
        over = self.params["sweep"]["over"]
        return [key for axis in over for key in axis.get("keys", [axis.get("key")])]

    def point(self, row: int) -> Table:
        """The whole result of the point that a row belongs to: its file in the folder or, where
        only rows are kept (``sweep.points``), what running it again gives."""
        if self.folder is None:
            raise ParameterError("the folder of this sweep is not known")
        path = os.path.join(self.folder, str(self["file"][row]))
        if os.path.exists(path):
            return read(path)
        from ._run import run
        params = {key: value for key, value in self.params.items() if key != "sweep"}
        return run(params, self.params["sweep"]["run"],
                   **{key: self._swept(key, row) for key in self.keys})

    def _swept(self, key: str, row: int) -> Any:
        """The value of a swept key."""
        value = self[key][row]
        if isinstance(value, str):
            return from_yaml(f"value: {value}")["value"]
        return int(value) if value.is_integer() and abs(value) < 2**53 else float(value)


_KINDS = {"ode": Result, "chain": Result, "sgd": Result, "compare": Comparison, "train": Training,
          "sweep": Sweep}


def _kind_of(path: str) -> type:
    """The class of a result, by its first line and columns."""
    with open(path, "rb") as file:
        first = file.readline(200).split()
    if len(first) < 4 or first[1] != b"alignode":
        return Table  # and the library says what is wrong with it
    return _KINDS.get(first[3].decode("ascii", "replace"), Table)


def read(path: Any, *, sound: bool = True) -> Table:
    """Reads a result, the table of a sweep or a study, or the unfinished PATH.part of a run.

    Parameters
    ----------
    path : path
        One that ends in ``.part`` may be incomplete: `note` of what is returned says so.
    sound : bool
        Verify the checksums that it carries and refuse one that is damaged or was edited; False
        reads it all the same, and its `damaged` says whether it is.

    Returns
    -------
    Table
        A :class:`Result` for ode, chain and sgd, :class:`Comparison`, :class:`Training` (with
        weights and similarity if they are beside it), :class:`Sweep`, or a :class:`Table`.

    Raises
    ------
    ParameterError
        If it is not a result, is truncated or damaged, with the line.
    """
    path = os.fspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: no such result")
    unfinished = path.endswith(".part")
    kind = _kind_of(path)
    table = kind(path, unfinished=unfinished, sound=sound)
    if kind is Training and "seed" not in table:  # the similarity, which joins seeds
        table = Table(path, unfinished=unfinished, sound=sound)
    if isinstance(table, Sweep):
        table.folder = os.path.dirname(os.path.abspath(path))
    if isinstance(table, Training) and not unfinished:
        add_beside(table, path, keep=False)
    return table


def beside(path: str, ending: str) -> str:
    """Where the program puts what belongs to a result: STEM + ending."""
    return os.path.splitext(path)[0] + ending


def add_beside(table: Training, path: str, keep: bool) -> None:
    """Reads the similarity and the weights of a training."""
    from ._weights import weights
    similar, saved = beside(path, ".similarity.tsv"), beside(path, ".weights.h5")
    named = table.params["run"]["weights"]
    if isinstance(named, str):  # relative to the folder of the run, which may have been another
        saved = named
    if os.path.exists(similar):
        table.similarity = Table(similar, keep=keep)
    if os.path.exists(saved) and _l.has_deep:
        table.weights = weights(saved)
