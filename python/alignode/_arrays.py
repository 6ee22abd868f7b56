"""A data set given as arrays: written to the archive that the library reads."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any, Iterator, Mapping, Optional

import numpy as np

from ._errors import ParameterError

NAMES = ("x_train", "y_train", "x_test", "y_test")

# The four arrays by name: a dict, or what ``numpy.load`` gives for an .npz file.
Arrays = Optional[Mapping[str, Any]]


def _same(path: str, arrays: Mapping[str, np.ndarray]) -> bool:
    try:
        with np.load(path, allow_pickle=False) as there:
            return set(there) == set(arrays) and all(
                there[name].dtype == a.dtype and np.array_equal(there[name], a)
                for name, a in arrays.items())
    except (OSError, ValueError):
        return False


def write(arrays: Mapping[str, Any], path: str, force: bool) -> None:
    """Writes the arrays to an archive, unless it is there already.

    Raises
    ------
    ParameterError
        For other names than the four, and if the file there holds anything else.
    """
    if set(arrays) != set(NAMES):
        raise ParameterError(f"arrays: expected {', '.join(NAMES)}, got "
                             f"{', '.join(map(str, arrays)) or 'none'}", key="arrays")
    ordered = {name: np.ascontiguousarray(arrays[name]) for name in NAMES}
    if os.path.exists(path):
        if _same(path, ordered):
            return
        if not force:
            raise ParameterError(f"{path}: holds other data; force=True replaces it", key="arrays")
    part = path + ".part"
    with open(part, "wb") as file:
        np.savez(file, **ordered)
    os.replace(part, path)


@contextlib.contextmanager
def archive(arrays: Mapping[str, Any], path: Optional[str], force: bool) -> Iterator[str]:
    """The path of the archive: the one given, or a temporary one."""
    if path is not None:
        write(arrays, path, force)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="alignode-") as folder:
        path = os.path.join(folder, "arrays.npz")
        write(arrays, path, False)
        yield path


def overrides_for(path: str) -> Mapping[str, Any]:
    """What makes the library read the archive."""
    return {"data.name": "npz", "data.path": path}
