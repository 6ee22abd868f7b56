"""Parameters from Python: dicts as YAML, overrides, and back."""

from __future__ import annotations

import ctypes
import json
import numbers
import os
import re
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple, Union

import numpy as np

from . import _library as _l
from ._errors import ParameterError

# What a call accepts: a dict, the path of a parameter file or result, YAML text, a result.
Parameters = Union[Mapping[str, Any], str, "os.PathLike[str]", Any]

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_NOT_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
_SIMPLE = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


# ---- to YAML ----

def _quote(text: str, key: str) -> str:
    if _WORD.match(text) and text.lower() not in _NOT_WORDS:
        return text
    out = []
    for c in text:
        if 0xD800 <= ord(c) < 0xE000:
            raise ParameterError(f"{key}: the text holds half a character, {c!a}", key=key)
        out.append(_SIMPLE.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}"))
    return '"' + "".join(out) + '"'


def _number(x: float) -> str:
    """The shortest text that every reader of YAML takes for this number."""
    text = repr(x)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{exponent}" if e else text


def _plain(value: Any, key: str) -> Any:
    """A value as dict, list, str, bool, int or float."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    elif isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, (bool, str, Mapping)):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, float):
        return value
    if isinstance(value, (list, tuple, range)):
        return list(value)
    raise TypeError(f"{key or 'parameters'}: a value must be a number, text, bool, list, array or "
                    f"dict, not {type(value).__name__}")


def _flow(value: Any, key: str) -> str:
    """A value on one line."""
    value = _plain(value, key)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(value, key)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k, key)}: {_flow(v, _join(key, k))}"
                               for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(v, key) for v in value) + "]"
    return _number(value) if isinstance(value, float) else str(value)


def _join(key: str, last: Any) -> str:
    return f"{key}.{last}" if key else str(last)


def _key(key: Any, section: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{section or 'parameters'}: a key must be a text, not {key!r}")
    return _quote(key, _join(section, key))


def _block(value: Mapping[str, Any], section: str, indent: int) -> Iterator[str]:
    for k, v in value.items():
        key = _join(section, k)
        v = _plain(v, key)
        head = " " * indent + _key(k, section) + ":"
        if isinstance(v, Mapping) and v:
            yield head
            yield from _block(v, key, indent + 2)
        else:
            yield f"{head} {_flow(v, key)}"


def to_yaml(parameters: Mapping[str, Any]) -> str:
    """Parameters as the text of a parameter file.

    Parameters
    ----------
    parameters : mapping
        Nested as a parameter file is. Values are numbers, texts, bools, lists, tuples, numpy arrays
        and scalars; numbers keep every digit.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        For a value of any other type, with its key.

    Examples
    --------
    >>> print(to_yaml({"learning": {"rule": "dfa", "rate": 1e-9}}), end="")
    learning:
      rule: dfa
      rate: 1.0e-09
    """
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters: expected a dict, got {type(parameters).__name__}")
    return "".join(line + "\n" for line in _block(parameters, "", 0))


# ---- from YAML ----

def from_yaml(text: str, name: str = "text") -> Dict[str, Any]:
    """The parameters in a text, such as the header of a result, as a dict."""
    out = ctypes.c_void_p()
    _l.check(_l.lib.aln_command_json(_l.encode(name), _l.encode(text), ctypes.byref(out)))
    return json.loads(_l.take_text(out))


# ---- what a call is given ----

def _overrides(values: Mapping[str, Any], section: str = "") -> Iterator[Tuple[str, Any]]:
    """Keys in full and their values. A dict is merged into the section of that name; that of a key
    with dots is its value."""
    for k, v in values.items():
        if not isinstance(k, str):
            raise TypeError(f"{section}: a key must be a text, not {k!r}")
        name = k.replace("__", ".")
        if isinstance(v, Mapping) and v and "." not in name:
            yield from _overrides(v, _join(section, name))
        else:
            yield _join(section, name), v


def assignments(values: Mapping[str, Any]) -> List[str]:
    """Overrides as "key.path=VALUE"."""
    return [f"{key}={_flow(value, key)}" for key, value in _overrides(values)]


def given(parameters: Parameters) -> Tuple[str, Optional[str]]:
    """The name for messages, or path, of what a call is given, and its text unless it is a file."""
    yaml = getattr(parameters, "yaml", None)
    if isinstance(yaml, str):  # a result
        return "result", yaml
    if isinstance(parameters, Mapping):
        return "dict", to_yaml(parameters)
    if isinstance(parameters, str) and "\n" in parameters:
        return "text", parameters
    if isinstance(parameters, (str, os.PathLike)):
        path = os.fspath(parameters)
        if not os.path.exists(path):
            raise FileNotFoundError(f"{path}: no such parameter file or result")
        return path, None
    raise TypeError("parameters: expected a dict, the path of a file, YAML text or a result, got "
                    f"{type(parameters).__name__}")


class Request:
    """A struct aln_command and what it points to."""

    def __init__(self, command: str, parameters: Parameters, overrides: Mapping[str, Any],
                 **rest: Any) -> None:
        name, text = given(parameters)
        sets = [_l.encode(a) for a in assignments(overrides)]
        self._set = (ctypes.c_char_p * (len(sets) + 1))(*sets)
        self.struct = _l.Command(name=_l.encode(command), path=_l.encode(name),
                                 yaml=_l.encode(text) if text is not None else None,
                                 set=self._set, set_count=len(sets), **rest)

    def yaml(self) -> str:
        """The parameters after defaults and overrides."""
        out = ctypes.c_void_p()
        _l.check(_l.lib.aln_command_parameters(ctypes.byref(self.struct), ctypes.byref(out)))
        return _l.take_text(out)


def parameters(params: Parameters, /, command: str = "ode", **overrides: Any) -> Dict[str, Any]:
    """The parameters of a command after defaults and overrides, checked as for a run.

    Parameters
    ----------
    params : dict, path, YAML text or result
    command : str
        ``"ode"``, ``"chain"``, ``"sgd"``, ``"compare"``, ``"study"``, ``"fixedpoint"``, ``"train"``.
    **overrides
        As of :func:`run`.

    Returns
    -------
    dict

    Raises
    ------
    ParameterError
    """
    return from_yaml(Request(command, params, overrides).yaml())
