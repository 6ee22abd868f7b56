"""Exceptions, made from the library's status codes and messages."""

from __future__ import annotations

import re
from typing import Any, Optional

# enum aln_status of alignode/status.h
OK, USAGE, FILE, MEMORY, NUMERIC, CHILD, STOPPED, BUSY = range(8)

_PLACE = re.compile(r"(?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+): (?P<message>[^\n]*)")
_OVERRIDE = re.compile(r"--set:(?P<column>\d+): (?P<message>[^\n]*)\n(?P<source>[^\n]*)")
_UNKNOWN = re.compile(r"\b(?:unknown|duplicate) key ([\w.-]+)")
_KEY = re.compile(r"(?<![/\w.-])([A-Za-z_]\w*(?:\.\w+)+)")
_FIRST = re.compile(r"([a-z_]+)(?=: | has no value)")


# What messages written for the command line say in Python.
_IN_PYTHON = tuple((re.compile(pattern), words) for pattern, words in (
    (r"--(force|resume)\b", r"\1=True"), (r"--set (?=[a-z])", ""),
    (r"--(column|over|average|figure)\b", r"\1"), (r"-o PATH", "output=PATH"),
    (r"plot --run runs it", "run() runs it"), (r"\(alignode train\)", "(alignode.train)"),
    (r"\(alignode ode, chain, sgd, ", "(alignode.run, ")))


def in_python(text: str) -> str:
    """A message for the command line, with the names that Python has for its options."""
    for pattern, words in _IN_PYTHON:
        text = pattern.sub(words, text)
    return text


class Error(Exception):
    """Whatever the library refuses or fails to do.

    Attributes
    ----------
    message : str
        One sentence, without place and source line.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.message = text.split("\n", 1)[0]


class ParameterError(Error, ValueError):
    """A mistake in parameters, in a file, or in what was asked of one.

    Attributes
    ----------
    file : str or None
        The parameter file or result; ``"dict"`` or ``"text"`` for parameters given as such; None
        for an override or if the message has no place.
    line, column : int or None
        Where in it, counted from 1. For an override, `line` is None and `column` counts in
        ``key.path=VALUE``.
    key : str or None
        The key that the message names, in full: ``"problem.student.units"``.
    message : str
        The sentence, without place and source line.
    source : str or None
        The offending line.
    """

    def __init__(self, text: str, *, key: Optional[str] = None) -> None:
        super().__init__(text)
        self.file: Optional[str] = None
        self.line: Optional[int] = None
        self.column: Optional[int] = None
        self.source: Optional[str] = None
        self._find_place(text)
        self.key = key if key is not None else _find_key(self.message)

    def _find_place(self, text: str) -> None:
        override, place = _OVERRIDE.match(text), _PLACE.match(text)
        if override:
            self.column = int(override["column"])
            self.message, self.source = override["message"], override["source"]
            self.args = (text[override.start("message"):],)  # what "--set:3: " says is no use here
        elif place:
            self.file, self.message = place["file"], place["message"]
            self.line, self.column = int(place["line"]), int(place["column"])
            rest = text.split("\n")[1:]
            self.source = rest[0] if rest else None


def _find_key(message: str) -> Optional[str]:
    for pattern in (_UNKNOWN, _KEY, _FIRST):
        found = pattern.search(message) if pattern is not _FIRST else pattern.match(message)
        if found:
            return found[1]
    return None


class ComputationError(Error, ArithmeticError):
    """A computation failed: it diverged, stalled, or became stiff; or gnuplot failed.

    Attributes
    ----------
    result : Result or None
        What was recorded before it failed.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.result: Any = None


class FileError(Error, OSError):
    """A file could not be read or written, or another process is writing there."""


class Stopped(KeyboardInterrupt):
    """A computation was interrupted; what was finished is kept.

    Attributes
    ----------
    result : Result or None
        What was recorded before the interrupt.
    """

    def __init__(self, text: str = "stopped", result: Any = None) -> None:
        super().__init__(text)
        self.result = result


def exception_of(status: int, text: str) -> BaseException:
    """The exception for a status other than `OK`."""
    text = in_python(text)
    if status == USAGE:
        return ParameterError(text)
    if status == MEMORY:
        return MemoryError(text)
    if status in (NUMERIC, CHILD):
        return ComputationError(text)
    if status == STOPPED:
        return Stopped(text)
    return FileError(text)
