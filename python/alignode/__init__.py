"""alignode: the dynamics of learning with feedback alignment.

The library's engines, studies, training and figures from Python; results are numpy arrays.

>>> import alignode
>>> r = alignode.run({"learning": {"rule": "dfa", "rate": 0.5}, "run": {"time": 100}})
>>> r.eg[0] > r.eg[-1]
True

Parameters are those of the program: ``alignode params`` lists them.
"""

from ._errors import ComputationError, Error, FileError, ParameterError, Stopped
from ._figure import Figure, plot
from ._library import lib as _lib
from ._parameters import parameters, to_yaml
from ._run import Remark, compare, fixedpoint, run, study, sweep, train
from ._table import Comparison, Result, Sweep, Table, Training, read
from ._theory import Problem, State, jacobian, rhs
from ._version import __version__
from ._weights import Weights, weights


def library_version() -> str:
    """The version of the library in use."""
    return _lib.aln_version().decode()


__all__ = [
    "Comparison", "ComputationError", "Error", "Figure", "FileError", "ParameterError", "Problem",
    "Remark", "Result", "State", "Stopped", "Sweep", "Table", "Training", "Weights", "compare",
    "fixedpoint", "jacobian", "library_version", "parameters", "plot", "read", "rhs", "run", "study",
    "sweep", "to_yaml", "train", "weights", "__version__",
]
