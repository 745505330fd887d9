"""Failures of promises as Python exceptions, and Python exceptions as failures.

===================== =========================================================
liblwt                Python
===================== =========================================================
LWT_CANCELED          asyncio.CancelledError
LWT_UNIX_ERROR        UnixError, which is the OSError of its errno as well:
                      ``except FileNotFoundError`` catches an ENOENT
LWT_TIMEOUT           Timeout, which is a TimeoutError
LWT_END_OF_FILE       EndOfFile, which is an EOFError
any other kind        Error or a class derived from it, with its ``kind``
a Python exception    the very same exception, when it comes back to Python
===================== =========================================================
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, Optional

from . import _objects
from ._library import NULL, ffi, lib

CANCELED = 1
UNIX_ERROR = 6


class Error(Exception):
    """A promise has failed."""

    #: Which kind of failure it is: a constant ``LWT_...`` of lwt.h.
    kind: int = 4
    #: With debugging on (``LWT_DEBUG=1``): where it was raised in liblwt, and
    #: what it has passed since.
    backtrace: str = ""


class InvalidArgument(Error, ValueError):
    """A released or foreign handle, or an argument out of its bounds."""

    kind = 2


class WrongThread(Error, RuntimeError):
    """The handle belongs to another thread."""

    kind = 3


class Failure(Error, RuntimeError):
    """A failure that is told in words."""

    kind = 4


class NotFound(Error, LookupError):
    """There is no such thing."""

    kind = 5


class UnixError(OSError):
    """A system call has failed. It is an OSError of the class that Python has
    for its errno: FileNotFoundError and so on."""

    kind: int = UNIX_ERROR
    #: The system call: "open", "mkdir", ...
    function: str = ""
    #: With debugging on: where it was raised in liblwt.
    backtrace: str = ""


class EndOfFile(Error, EOFError):
    """The input has ended."""

    kind = 7


# Before Python 3.11 asyncio has a class of its own for it.
_TIMEOUTS: Any = tuple(dict.fromkeys((asyncio.TimeoutError, TimeoutError)))


class Timeout(Error, *_TIMEOUTS):  # type: ignore[misc]
    """It took too long."""

    kind = 8


class Empty(Error, LookupError):
    """There is none: at the end of a stream, in an empty sequence."""

    kind = 9


class Closed(Error):
    """The channel, stream or pool is closed."""

    kind = 10


class Full(Error, asyncio.QueueFull):
    """There is no room."""

    kind = 11


class Abandoned(Error):
    """The wakener was released before it was used."""

    kind = 12


class OutOfMemory(Error, MemoryError):
    """Memory, or room for handles, ran out."""

    kind = 13


class Stalled(Error):
    """Nothing is left that could resolve the promise."""

    kind = 14


class Off(Error):
    """The switch is off."""

    kind = 15


class AssertFailed(Error, AssertionError):
    """A condition does not hold."""

    kind = 16


class NotAvailable(Error, NotImplementedError):
    """This system has no such call, or an optional part is missing."""

    kind = 17


class Forked(Error):
    """In the child of a fork: what was waited for is done in the parent."""

    kind = 18


class LoggerClosed(Error):
    """The logger is closed."""

    kind = 19


class Interrupt(Error):
    """The input of a line was broken off."""

    kind = 20


class SSLError(Error):
    """TLS failed."""

    kind = 21


_OF_KIND = {cls.kind: cls for cls in Error.__subclasses__()}

# An OSError of a class of our own does not choose the class of its errno, so
# there is one for each: UnixError and FileNotFoundError, for instance.
_OF_ERRNO: dict[type, type] = {}

#: The kind of a failure that carries a Python exception.
_PYTHON: int = lib.lwt_exn_register(b"Python exception")


def _unix(errno: int, function: str, argument: str) -> UnixError:
    plain = type(OSError(errno, ""))
    cls = _OF_ERRNO.get(plain)
    if cls is None:
        names = {"__module__": "lwt", "__doc__": UnixError.__doc__}
        cls = UnixError
        if plain is not OSError:
            cls = type(plain.__name__, (UnixError, plain), names)
        _OF_ERRNO[plain] = cls
    error: UnixError = cls(errno, os.strerror(errno), argument or None)
    error.function = function
    return error


def _text(text: Any) -> str:
    return os.fsdecode(ffi.string(text))


def of_exn(exn: Any) -> BaseException:
    """The exception that a failure is in Python. Borrows it."""
    kind = lib.lwt_exn_kind(exn)
    if kind == CANCELED:
        return asyncio.CancelledError()
    if kind == _PYTHON:
        kept: BaseException = _objects.kept(lib.lwt_exn_payload(exn))
        return kept
    if kind == UNIX_ERROR:
        function = _text(lib.lwt_exn_function(exn))
        unix = _unix(lib.lwt_exn_errno(exn), function, _text(lib.lwt_exn_argument(exn)))
        if lib.lwt_debug_is_on():
            unix.backtrace = _text(lib.lwt_exn_backtrace(exn))
        return unix
    error = _OF_KIND.get(kind, Error)(_text(lib.lwt_exn_message(exn)))
    error.kind = kind
    if lib.lwt_debug_is_on():
        error.backtrace = _text(lib.lwt_exn_backtrace(exn))
    return error


def to_exn(error: BaseException) -> Any:
    """A new failure for a Python exception; the caller owns it."""
    if isinstance(error, asyncio.CancelledError):
        return lib.lwt_exn_new(CANCELED, NULL)
    if isinstance(error, UnixError):
        name = os.fsencode(error.filename) if error.filename is not None else b""
        return lib.lwt_exn_unix(error.errno or 0, error.function.encode(), name)
    if isinstance(error, Error):
        return lib.lwt_exn_new(error.kind, str(error).encode())
    message = f"{type(error).__name__}: {error}".encode("utf-8", "surrogateescape")
    return lib.lwt_exn_new_owned(
        _PYTHON, message.replace(b"\0", b" "), _objects.keep(error), _objects.drop
    )


def of_kind(kind: int, message: Optional[str] = None) -> BaseException:
    """The exception for a kind that a function has returned."""
    exn = lib.lwt_exn_new(kind, NULL if message is None else message.encode())
    try:
        return of_exn(exn)
    finally:
        lib.lwt_exn_release(exn)


def check(kind: int) -> None:
    """Raises what a function has returned, unless it is LWT_OK."""
    if kind != 0:
        raise of_kind(kind)


def number(answer: int) -> int:
    """A number that a function has returned; raises if it is minus a kind."""
    if answer < 0:
        raise of_kind(-answer)
    return answer
