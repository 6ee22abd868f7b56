"""The shared library: finding it, its functions, calling them so that Ctrl-C stops them."""

from __future__ import annotations

import ctypes
import os
import sys
import sysconfig
import threading
from ctypes import POINTER, c_bool, c_char_p, c_double, c_int, c_size_t, c_void_p
from typing import Any, Callable, List, Optional

from . import _errors
from ._version import __version__

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_MINOR = ".".join(__version__.split(".")[:2])
_SONAME = f"libalignode.so.{_MINOR}"


# ---- finding it ----

def _candidates() -> List[str]:
    """Where the library may be, in the order in which it is tried."""
    own = os.environ.get("ALIGNODE_LIBRARY")
    if own:
        return [own]
    found = [os.path.join(_FOLDER, "lib", "libalignode.so")]
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    # The prefix that this package was installed to, that of the interpreter, those of ./setup.sh install.
    above = _FOLDER
    for _ in range(4):
        above = os.path.dirname(above)
    for prefix in (above, sys.prefix, sys.base_prefix, os.path.expanduser("~/.local"), "/usr/local"):
        for folder in ("lib/" + multiarch, "lib64", "lib"):
            found.append(os.path.join(prefix, folder, _SONAME))
    return [path for path in found if os.path.exists(path)] + [_SONAME]


def _load() -> ctypes.CDLL:
    causes = []
    for path in _candidates():
        try:
            return _checked(ctypes.CDLL(path), path)
        except OSError as error:
            causes.append(str(error))
    raise ImportError(
        f"alignode: the library {_SONAME} cannot be loaded ({'; '.join(causes)}). Install alignode "
        "(meson install, then ldconfig), or set the environment variable ALIGNODE_LIBRARY to the "
        "path of libalignode.so, for example build/libalignode.so; it needs the libraries GSL and "
        "libfyaml (Debian: libgsl27 libfyaml0)")


def _checked(library: ctypes.CDLL, path: str) -> ctypes.CDLL:
    """Refuses a library of another version than the package's."""
    library.aln_version.restype = c_char_p
    version = library.aln_version().decode()
    if version.split(".")[:2] != __version__.split(".")[:2]:
        raise ImportError(f"alignode: {path} is version {version}, this package is version "
                          f"{__version__}: install both from one release, or set ALIGNODE_LIBRARY "
                          "to the path of the library that belongs to it")
    if not hasattr(library, "aln_command_run"):
        raise ImportError(f"alignode: {path} has no aln_command_run: it was built from an earlier "
                          "state of this version; build and install it again")
    return library


# ---- its structs, as in alignode/command.h, table.h and archive.h ----

Update = ctypes.CFUNCTYPE(None, c_void_p, c_double)
Tell = ctypes.CFUNCTYPE(None, c_void_p, c_char_p)


class Watch(ctypes.Structure):
    _fields_ = [("update", Update), ("tell", Tell), ("context", c_void_p), ("stop", POINTER(c_int))]


class Command(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("path", c_char_p), ("yaml", c_char_p),
                ("set", POINTER(c_char_p)), ("set_count", c_size_t), ("output", c_char_p),
                ("threads", c_int), ("resume", c_int), ("force", c_int), ("quick", c_int),
                ("watch", Watch)]


class Report(ctypes.Structure):
    _fields_ = [("outside", c_size_t), ("failed", c_size_t), ("missing", c_size_t),
                ("text", c_void_p)]


class Figure(ctypes.Structure):
    _fields_ = [("results", POINTER(c_char_p)), ("count", c_size_t), ("output", c_char_p),
                ("figure", c_char_p), ("column", c_char_p), ("over", c_char_p),
                ("scripts", c_char_p), ("watch", Watch)]


class TableData(ctypes.Structure):
    _fields_ = [("version", c_char_p), ("command", c_char_p), ("yaml", c_char_p),
                ("rows", c_size_t), ("cols", c_size_t), ("name", POINTER(c_char_p)),
                ("value", POINTER(c_double)), ("text", POINTER(c_char_p)), ("blocks", c_size_t),
                ("block_end", POINTER(c_size_t)), ("remarks", c_size_t),
                ("remark", POINTER(c_char_p)), ("check", c_int), ("check_line", c_size_t),
                ("store", c_void_p)]


class ArchiveArray(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("type", c_int), ("rank", c_size_t), ("shape", c_size_t * 4)]


# ---- its functions ----

_Out = POINTER(c_void_p)
_Doubles = POINTER(c_double)

# name: (result, arguments); a result of `int` is an enum aln_status
_FUNCTIONS = {
    "aln_error": (c_char_p, []),
    "aln_command_run": (c_int, [POINTER(Command), POINTER(Report)]),
    "aln_command_parameters": (c_int, [POINTER(Command), _Out]),
    "aln_command_json": (c_int, [c_char_p, c_char_p, _Out]),
    "aln_command_draw": (c_int, [POINTER(Figure)]),
    "aln_table_read": (c_int, [POINTER(POINTER(TableData)), c_char_p]),
    "aln_table_read_unfinished": (c_int, [POINTER(POINTER(TableData)), c_char_p]),
    "aln_table_must_be_sound": (c_int, [POINTER(TableData), c_char_p]),
    "aln_table_free": (None, [POINTER(TableData)]),
    "aln_problem_parse": (c_int, [_Out, c_char_p]),
    "aln_problem_free": (None, [c_void_p]),
    "aln_problem_size": (c_size_t, [c_void_p]),
    "aln_problem_rates": (_Doubles, [c_void_p, c_double]),
    "aln_problem_eg": (c_double, [c_void_p, _Doubles]),
    "aln_problem_cos": (c_double, [c_void_p, _Doubles]),
    "aln_state_name": (None, [c_void_p, c_size_t, c_char_p]),
    "aln_named_matrix": (c_int, [c_void_p, _Doubles, c_char_p, POINTER(c_size_t), _Doubles]),
    "aln_named_store": (c_int, [c_void_p, _Doubles, c_char_p, _Doubles]),
    "aln_named_start": (_Doubles, [c_void_p]),
    "aln_rhs_create": (c_int, [_Out, c_void_p]),
    "aln_rhs_free": (None, [c_void_p]),
    "aln_rhs_eval": (c_int, [c_void_p, _Doubles, _Doubles, _Doubles, _Doubles]),
    "aln_rhs_jacobian": (c_int, [c_void_p, _Doubles, _Doubles, _Doubles, _Doubles]),
}

# Only in a library that was built with deep networks.
_DEEP = {
    "aln_archive_open": (c_int, [_Out, c_char_p]),
    "aln_archive_free": (None, [c_void_p]),
    "aln_archive_names": (c_int, [c_void_p, _Out]),
    "aln_archive_find": (c_bool, [c_void_p, POINTER(ArchiveArray)]),
    "aln_archive_get": (c_int, [c_void_p, POINTER(ArchiveArray), c_void_p]),
    "aln_archive_get_text": (c_int, [c_void_p, c_char_p, _Out]),
}


def _declare(library: ctypes.CDLL, functions: dict) -> None:
    for name, (result, arguments) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments


lib = _load()
_declare(lib, _FUNCTIONS)
has_deep = hasattr(lib, "aln_archive_open")
if has_deep:
    _declare(lib, _DEEP)
_free = ctypes.CDLL(None).free
_free.restype, _free.argtypes = None, [c_void_p]

# The figures' scripts that a wheel brings along; otherwise the library knows where they are.
scripts = os.path.join(_FOLDER, "plots")
scripts = scripts if os.path.isdir(scripts) else None


# ---- calling them ----

def encode(text: Any) -> bytes:
    """A text or path for the library, which ends at the first zero byte."""
    data = os.fsencode(text)
    if b"\0" in data:
        raise _errors.ParameterError("a text cannot hold the character U+0000")
    return data


def take_text(pointer: Any) -> str:
    """The text that the library has allocated, which is freed."""
    if not pointer.value:
        return ""
    try:
        return ctypes.string_at(pointer.value).decode("utf-8", "replace")
    finally:
        _free(pointer)


def check(status: int) -> None:
    """Raises this thread's error.

    Given the status that a function has just returned on this thread.
    """
    if status != _errors.OK:
        raise _errors.exception_of(status, lib.aln_error().decode("utf-8", "replace"))


class Watcher:
    """Reports of progress, remarks and the stop request of one call.

    Parameters
    ----------
    progress : callable, optional
        Called with the fraction done. An exception in it stops the computation and is raised again.
    """

    def __init__(self, progress: Optional[Callable[[float], Any]] = None) -> None:
        self.remarks: List[str] = []
        self._progress = progress
        self._failure: Optional[BaseException] = None
        self._stop = c_int(0)
        # Kept here, or they would be freed while the library still calls them.
        self._update = Update(self._call) if progress is not None else Update()
        self._tell = Tell(self._note)
        self.watch = Watch(self._update, self._tell, None, ctypes.pointer(self._stop))

    def stop(self) -> None:
        """Asks the computation to stop."""
        self._stop.value = 1

    def _call(self, _context: Any, fraction: float) -> None:
        if self._failure is not None or self._progress is None:
            return
        try:
            self._progress(fraction)
        except BaseException as error:  # raised again by run()
            self._failure = error
            self.stop()

    def _note(self, _context: Any, line: bytes) -> None:
        self.remarks.append(line.decode("utf-8", "replace"))

    def run(self, function: Callable[..., int], *arguments: Any) -> None:
        """Calls a function of the library until it is done, or stopped by Ctrl-C.

        The main thread, which receives Ctrl-C, waits while another one computes: during the call
        itself Python would not notice it.
        """
        outcome: List[BaseException] = []
        done = threading.Event()

        def work() -> None:
            try:
                check(function(*arguments))
            except BaseException as error:
                outcome.append(error)
            finally:
                done.set()

        interrupted = False
        if threading.current_thread() is threading.main_thread():
            interrupted = self._wait(threading.Thread(target=work, name="alignode", daemon=True), done)
        else:
            work()
        if self._failure is not None:
            raise self._failure
        if outcome:
            raise outcome[0]
        if interrupted:
            raise _errors.Stopped("stopped when it had just finished")

    def _wait(self, thread: threading.Thread, done: threading.Event) -> bool:
        """Starts a thread and waits until it is done.  Returns whether Ctrl-C has stopped it."""
        interrupted = False
        try:
            thread.start()
            while not done.is_set():
                try:
                    done.wait()
                except KeyboardInterrupt:
                    interrupted = True
                    self.stop()
        except KeyboardInterrupt:  # outside of the inner one
            interrupted = True
            self.stop()
            done.wait()
        return interrupted
