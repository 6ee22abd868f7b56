"""Weights and checkpoints of deep networks, read by the library's own HDF5 reader."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Dict

import numpy as np

from . import _library as _l
from ._errors import Error
from ._parameters import from_yaml

_TYPES = (np.float32, np.float64, np.uint64)  # enum aln_archive_type


class Weights(Dict[int, Dict[str, np.ndarray]]):
    """Arrays by seed and name: ``w[1]["W_2"]`` is the second weight matrix of seed 1.

    W_l, b_l and F_l are weights, biases and feedback of layer l; a checkpoint also has velocities,
    vW_l, and counters. ``w.other`` holds arrays that belong to no seed, ``w.params`` the parameters.
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


def _sort(out: Weights, name: str, array: np.ndarray) -> None:
    seed, _, rest = name.partition("/")
    if rest and seed.startswith("seed_") and seed[5:].isdigit():
        out.setdefault(int(seed[5:]), {})[rest] = array
    else:
        out.other[name] = array


def weights(path: Any) -> Weights:
    """Reads the weights or a checkpoint of a training, ``STEM.weights.h5``.

    The file's checksum is verified first.

    Parameters
    ----------
    path : path

    Returns
    -------
    Weights
        ``w[seed]["W_1"]``, float32 or float64 as the network was trained.

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
        _l.check(_l.lib.aln_archive_names(archive, ctypes.byref(text)))
        for name in _l.take_text(text).splitlines():
            _sort(out, name, _array(archive, name))
        _l.check(_l.lib.aln_archive_get_text(archive, b"parameters", ctypes.byref(text)))
        out.params = from_yaml(_l.take_text(text), os.path.basename(path))
        return out
    finally:
        _l.lib.aln_archive_free(archive)
