"""Figures of results, as files or in a notebook."""

from __future__ import annotations

import base64
import ctypes
import html
import os
import tempfile
from typing import Any, List, Optional

from . import _library as _l
from ._errors import ParameterError
from ._table import Table, count, read


class Figure:
    """A figure, which a notebook shows.

    Attributes
    ----------
    data : bytes
        The file's contents.
    format : str
        ``"png"``, ``"svg"`` or ``"pdf"``.
    """

    def __init__(self, data: bytes, form: str) -> None:
        self.data, self.format = data, form

    def save(self, path: Any, force: bool = False) -> str:
        """Writes the figure; its extension must be that of the format."""
        path = os.fspath(path)
        if not path.endswith("." + self.format):
            raise ParameterError(f"{path}: this figure is a .{self.format} file")
        if os.path.exists(path) and not force:
            raise FileExistsError(f"{path}: exists; force=True replaces it")
        with open(path, "wb") as file:
            file.write(self.data)
        return path

    def _repr_png_(self) -> Optional[bytes]:
        return self.data if self.format == "png" else None

    def _repr_svg_(self) -> Optional[str]:
        return self.data.decode() if self.format == "svg" else None

    def __repr__(self) -> str:
        return f"<Figure: {self.format}, {len(self.data)} bytes>"


def _files(results: Any, folder: str) -> List[str]:
    """The results as files; those in memory are written to the folder."""
    paths = []
    for i, result in enumerate(results):
        if not isinstance(result, Table):
            result = read(result)
        if result.path is not None and result._bytes is None:
            paths.append(result.path)
        else:
            inside = os.path.join(folder, str(i))
            os.mkdir(inside)
            paths.append(result.save(os.path.join(inside, result._name)))
    return paths


def plot(*results: Any, figure: Optional[str] = None, column: Optional[str] = None,
         over: Optional[str] = None, format: str = "png") -> Figure:
    """Draws one figure of results, as ``alignode plot`` does.

    Parameters
    ----------
    *results : Table or path
        Theory and simulations of one problem are drawn on top of each other.
    figure : str, optional
        Its name (``alignode list figures``); default: the first that shows these results.
    column : str, optional
        The column of a sweep or of training to draw.
    over : str, optional
        The axes of a sweep, ``"KEY"`` or ``"KEY,KEY"``.
    format : str
        ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns
    -------
    Figure

    Raises
    ------
    ParameterError
        If no figure shows these results.
    ComputationError
        If gnuplot, which draws it, is missing or fails.
    """
    if not results:
        raise ParameterError("plot needs a result to draw")
    if format not in ("png", "svg", "pdf"):
        raise ParameterError(f"plot: unknown format {format!r}, expected png, svg or pdf")
    with tempfile.TemporaryDirectory(prefix="alignode-") as folder:
        paths = [_l.encode(path) for path in _files(results, folder)]
        output = os.path.join(folder, "figure." + format)
        watcher = _l.Watcher()
        request = _l.Figure(results=(ctypes.c_char_p * len(paths))(*paths), count=len(paths),
                            output=_l.encode(output), watch=watcher.watch,
                            **{name: _l.encode(value) for name, value in
                               (("figure", figure), ("column", column), ("over", over),
                                ("scripts", _l.scripts)) if value is not None})
        watcher.run(_l.lib.aln_command_draw, ctypes.byref(request))
        with open(output, "rb") as file:
            return Figure(file.read(), format)


def as_html(table: Table, image: Optional[bytes], why: str) -> str:
    """A table for a notebook: a line of words, then its figure or last rows."""
    title = html.escape(str(table.params.get("title") or table.command))
    words = f"{table.command}, {count(len(table), 'row')}" + (f", {table.note}" if table.note else "")
    head = f"<p><b>{title}</b><br>{html.escape(words)}</p>"
    if image is not None:
        data = base64.b64encode(image).decode()
        return f'{head}<img alt="{title}" style="max-width: 100%" src="data:image/png;base64,{data}">'
    return head + _rows(table) + (f"<p>{html.escape(why)}</p>" if why else "")


def _rows(table: Table) -> str:
    """The last rows, of at most twelve columns."""
    columns = table.columns[:12]
    names = "".join(f"<th>{html.escape(c)}</th>" for c in columns)
    rows = []
    for i in range(max(0, len(table) - 8), len(table)):
        cells = (table[c][i] for c in columns)
        rows.append("".join(f"<td>{html.escape(x if isinstance(x, str) else format(x, '.6g'))}</td>"
                            for x in cells))
    return f"<table><tr>{names}</tr>" + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>"
