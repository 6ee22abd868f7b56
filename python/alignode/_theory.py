"""The order-parameter equations at a point: states, right-hand side, Jacobian."""

from __future__ import annotations

import ctypes
from typing import Any, Iterator, List, Mapping, Optional, Union

import numpy as np

from . import _library as _l
from ._errors import ComputationError, ParameterError
from ._parameters import Parameters, Request


def _pointer(a: np.ndarray) -> Any:
    return a.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


class State(Mapping):
    """Order parameters at one time, or their derivatives.

    A mapping of names to matrices, ``state["Q"]`` or ``state.Q``: Q (K, K), R (K, M), W2 (O, K) and,
    if the rule learns it, the feedback F1 (K, O).

    Attributes
    ----------
    vector : ndarray
        All entries one after another, as the equations order them (`Problem.names`): of the
        symmetric Q the upper triangle.
    """

    def __init__(self, problem: "Problem", vector: np.ndarray) -> None:
        self._problem = problem
        self.vector = vector

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._problem.parts:
            raise KeyError(name)
        return self._problem.matrix(name, self)

    def __iter__(self) -> Iterator[str]:
        return iter(self._problem.parts)

    def __len__(self) -> int:
        return len(self._problem.parts)

    def __getattr__(self, name: str) -> np.ndarray:
        if not name.startswith("_") and name in self._problem.parts:
            return self[name]
        raise AttributeError(name)

    @property
    def eg(self) -> float:
        """The generalisation error at this state."""
        return _l.lib.aln_problem_eg(self._problem.handle, _pointer(self.vector))

    @property
    def cos(self) -> float:
        """The alignment cos(W2, F1); NaN if a norm is zero."""
        return _l.lib.aln_problem_cos(self._problem.handle, _pointer(self.vector))

    def __repr__(self) -> str:
        return "State(" + ", ".join(f"{k}={v.tolist()}" for k, v in self.items()) + ")"


StateLike = Union[State, Mapping[str, Any], np.ndarray, None]


class Problem:
    """A two-layer teacher-student problem: its matrices, start, and equations.

    Teacher, feedback and start are those of a run with these parameters, drawn from ``run.seed``
    unless they are given.

    Parameters
    ----------
    params : dict, path, YAML text or result
    **overrides
        As of :func:`alignode.run`.

    Attributes
    ----------
    yaml : str
        Its parameters.
    names : list of str
        The entries of a state vector: ``"Q_1_1"``, ``"Q_1_2"``, ...
    parts : list of str
        The matrices of a state.

    Examples
    --------
    >>> p = Problem({"learning": {"rule": "dfa", "rate": 0.5}})
    >>> p.rhs(p.start).W2.shape
    (1, 2)
    """

    def __init__(self, params: Parameters, /, **overrides: Any) -> None:
        self._pointer, self._rhs = ctypes.c_void_p(), ctypes.c_void_p()
        self.yaml = Request("ode", params, overrides).yaml()
        _l.check(_l.lib.aln_problem_parse(ctypes.byref(self._pointer), _l.encode(self.yaml)))
        _l.check(_l.lib.aln_rhs_create(ctypes.byref(self._rhs), self._pointer))
        name = ctypes.create_string_buffer(32)
        self.names: List[str] = []
        for i in range(_l.lib.aln_problem_size(self._pointer)):
            _l.lib.aln_state_name(self._pointer, i, name)
            self.names.append(name.value.decode())
        self.parts: List[str] = list(dict.fromkeys(n.rsplit("_", 2)[0] for n in self.names))

    def __reduce__(self) -> Any:
        return Problem, (self.yaml,)

    def __del__(self) -> None:
        if getattr(self, "_rhs", None):
            _l.lib.aln_rhs_free(self._rhs)
        if getattr(self, "_pointer", None):
            _l.lib.aln_problem_free(self._pointer)

    @property
    def handle(self) -> ctypes.c_void_p:
        """The library's ``struct aln_problem``, for other functions of it."""
        return self._pointer

    # ---- matrices and states ----

    def _shape(self, name: str) -> Any:
        shape = (ctypes.c_size_t * 2)()
        _l.check(_l.lib.aln_named_matrix(self._pointer, None, name.encode(), shape, None))
        return tuple(shape)

    def matrix(self, name: str, state: Optional[State] = None) -> np.ndarray:
        """A matrix by name: T, V2, F1, or one of a state (default: of the start)."""
        shape = (ctypes.c_size_t * 2)()
        out = np.zeros(self._shape(name))
        _l.check(_l.lib.aln_named_matrix(self._pointer,
                                         _pointer(state.vector) if state is not None else None,
                                         name.encode(), shape, _pointer(out)))
        return out

    @property
    def start(self) -> State:
        """The state at t = 0."""
        start = _l.lib.aln_named_start(self._pointer)
        return State(self, np.ctypeslib.as_array(start, (len(self.names),)).copy())

    def state(self, value: StateLike = None) -> State:
        """A state from whatever describes one.

        Parameters
        ----------
        value : State, mapping, ndarray or None
            Matrices by name, of which those that are missing are taken from the start; a vector in
            the order of `names`; None: the start.

        Raises
        ------
        ParameterError
            For an unknown name, a wrong shape, an asymmetric Q, or an entry that is not finite.
        """
        if value is None:
            return self.start
        if isinstance(value, Mapping):
            out = self.start
            for name, matrix in value.items():
                self._store(out, name, matrix)
            return out
        vector = np.array(value, dtype=float)
        if vector.shape != (len(self.names),):
            raise ParameterError(f"state: expected {len(self.names)} entries ({self.names[0]} ... "
                                 f"{self.names[-1]}), got an array of shape {vector.shape}")
        return State(self, _finite(vector, "state"))

    def _store(self, state: State, name: str, value: Any) -> None:
        if name not in self.parts:
            raise ParameterError(f"state: unknown matrix {name!r}, expected one of "
                                 f"{', '.join(self.parts)}", key=str(name))
        matrix = _finite(np.array(value, dtype=float, order="C", ndmin=2), name)
        if matrix.shape != self._shape(name):
            raise ParameterError(f"state: {name}: expected the shape {self._shape(name)}, got "
                                 f"{matrix.shape}", key=name)
        _l.check(_l.lib.aln_named_store(self._pointer, _pointer(state.vector), name.encode(),
                                        _pointer(matrix)))
        if not np.array_equal(self.matrix(name, state), matrix):
            raise ParameterError(f"state: {name} must be symmetric", key=name)

    # ---- equations ----

    def rhs(self, state: StateLike = None, t: float = 0.0) -> State:
        """The derivatives dy/dt at a state.

        Parameters
        ----------
        state : State, mapping, ndarray or None
            As of :meth:`state`.
        t : float
            The time, which matters with ``learning.schedule`` alone.

        Returns
        -------
        State
            The derivatives of its matrices.

        Raises
        ------
        ComputationError
            If a derivative is not finite.
        """
        y = self.state(state)
        out = np.zeros_like(y.vector)
        self._call(_l.lib.aln_rhs_eval, y, t, out)
        return State(self, out)

    def jacobian(self, state: StateLike = None, t: float = 0.0) -> np.ndarray:
        """The Jacobian d(dy_i/dt)/dy_j at a state, rows and columns in the order of `names`."""
        y = self.state(state)
        out = np.zeros((len(self.names), len(self.names)))
        self._call(_l.lib.aln_rhs_jacobian, y, t, out)
        return out

    def _call(self, function: Any, y: State, t: float, out: np.ndarray) -> None:
        rates = _l.lib.aln_problem_rates(self._pointer, float(t))
        if function(self._rhs, rates, None, _pointer(y.vector), _pointer(out)) != 0:
            raise ComputationError("a derivative at this state is not finite")


def _finite(a: np.ndarray, name: str) -> np.ndarray:
    if not np.isfinite(a).all():
        raise ParameterError(f"state: {name} has an entry that is not finite", key=name)
    return a


def rhs(params: Parameters, state: StateLike = None, t: float = 0.0, **overrides: Any) -> State:
    """The right-hand side of the order-parameter equations.

    For many states of one problem, make a :class:`Problem` once and call its :meth:`Problem.rhs`.

    Parameters
    ----------
    params : dict, path, YAML text or result
    state : State, mapping, ndarray or None
        As of :meth:`Problem.state`; None: the start.
    t : float
        The time, which matters with ``learning.schedule`` alone.
    **overrides
        As of :func:`alignode.run`.

    Returns
    -------
    State
        dQ/dt, dR/dt, dW2/dt and, if the feedback learns, dF1/dt.
    """
    return Problem(params, **overrides).rhs(state, t)


def jacobian(params: Parameters, state: StateLike = None, t: float = 0.0,
             **overrides: Any) -> np.ndarray:
    """The Jacobian of :func:`rhs`, shape (n, n), in the order of ``Problem.names``."""
    return Problem(params, **overrides).jacobian(state, t)
