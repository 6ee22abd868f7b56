"""Weights and checkpoints of deep networks, read by the library's own readers."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Dict, Optional

import numpy as np

from . import _library as _l
from ._errors import Error
from ._parameters import from_yaml

_TYPES = (np.float32, np.float64, np.uint64)  # enum aln_archive_type


class Weights(Dict[int, Dict[str, np.ndarray]]):
    """Arrays by seed and name: ``w[1]["W_2"]`` is the second weight matrix of seed 1.

    W_l, b_l and F_l are weights, biases and feedback of layer l; a checkpoint also has velocities,
    vW_l, and counters. In safetensors weights and biases have PyTorch's names and shapes instead:
    ``w[1]["2.weight"]``. ``w.other`` holds arrays that belong to no seed, ``w.params`` the parameters,
    empty for a file of another program.
    """

    def __init__(self) -> None:
        super().__init__()
        self.other: Dict[str, np.ndarray] = {}
        self.params: Dict[str, Any] = {}


def _array(archive: ctypes.c_void_p, name: str) -> np.ndarray:
    request = _l.ArchiveArray(name=name.encode())
    if not _l.lib.aln_archive_find(archive, ctypes.byref(request)):
        raise Error(f"{name}: an array of a kind that alignode does not write")
    out = np.zeros(tuple(request.shape[:request.rank]), dtype=_TYPES[request.type])
    _l.check(_l.lib.aln_archive_get(archive, ctypes.byref(request), out.ctypes.data))
    return out


def _only_seed(params: Dict[str, Any]) -> Optional[int]:
    """The seed of a run that has one, whose names in safetensors have no seed before them."""
    seeds = params.get("run", {}).get("seeds")
    return seeds if isinstance(seeds, int) else None


def _sort(out: Weights, name: str, array: np.ndarray, separator: str) -> None:
    seed, _, rest = name.partition(separator)
    only = _only_seed(out.params) if separator == "." else None
    if rest and seed.startswith("seed_") and seed[5:].isdigit():
        out.setdefault(int(seed[5:]), {})[rest] = array
    elif only is not None:
        out.setdefault(only, {})[name] = array
    else:
        out.other[name] = array


def _parameters(archive: ctypes.c_void_p, path: str, needed: bool) -> Dict[str, Any]:
    text = ctypes.c_void_p()
    status = _l.lib.aln_archive_get_text(archive, b"parameters", ctypes.byref(text))
    if not needed and not text:  # of another program
        return {}
    _l.check(status)
    return from_yaml(_l.take_text(text), os.path.basename(path))


def weights(path: Any) -> Weights:
    """Reads the weights or a checkpoint of a training, ``STEM.weights.h5`` or a safetensors file.

    The file's checksum is verified first; files of other programs have none.

    Parameters
    ----------
    path : path

    Returns
    -------
    Weights
        ``w[seed]["W_1"]``, or ``w[seed]["0.weight"]`` from safetensors, float32 or float64 as the
        network was trained; ``w.other["0.weight"]`` if the file is not alignode's.

    Raises
    ------
    ParameterError
        If it is no such file or is damaged.
    """
    path = os.fspath(path)
    if not _l.has_deep:
        raise ImportError("this libalignode was built without deep networks (meson: -Ddeep=enabled)")
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: no such file of weights")
    archive, text = ctypes.c_void_p(), ctypes.c_void_p()
    _l.check(_l.lib.aln_archive_open(ctypes.byref(archive), _l.encode(path)))
    try:
        out = Weights()
        foreign = path.lower().endswith(".safetensors")
        out.params = _parameters(archive, path, needed=not foreign)
        _l.check(_l.lib.aln_archive_names(archive, ctypes.byref(text)))
        for name in _l.take_text(text).splitlines():
            _sort(out, name, _array(archive, name), "." if foreign else "/")
        return out
    finally:
        _l.lib.aln_archive_free(archive)
