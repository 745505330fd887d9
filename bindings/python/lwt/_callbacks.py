"""Python functions as callbacks of C. All callbacks of one type are one C function,
which is told by its environment which Python function is meant; liblwt says
by the drop function when that is needed no more."""

from __future__ import annotations

import atexit
import threading
import time
from typing import Any, Callable, Optional, Sequence

from . import _objects, errors
from ._handles import classes
from ._library import NULL, ffi, lib
from ._promise import give_object, give_promise
from .results import of_sockaddr

drop = _objects.drop

Argument = Callable[[Any], Any]
Answer = Callable[[Any], Any]


def env(function: Any) -> Any:
    """The environment that stands for a Python function."""
    if not callable(function):
        raise TypeError(f"a function is needed, not {type(function).__name__}")
    return _objects.keep(function)


# -- arguments -----------------------------------------------------------------


def same(word: Any) -> Any:
    """A number, or a structure as cffi has it."""
    return word


def anything(word: Any) -> Any:
    """A value, borrowed."""
    return _objects.of_word(word)


def moved(word: Any) -> Any:
    """A value, which the callback owns."""
    return _objects.take(word) if _objects.is_object(word) else _objects.of_word(word)


def error(word: Any) -> BaseException:
    """An exception, borrowed."""
    return errors.of_exn(word)


def text(word: Any) -> Optional[str]:
    """A text, borrowed."""
    return None if word == NULL else str(ffi.string(word), "utf-8", "surrogateescape")


def borrowed(c_name: str) -> Argument:
    """A handle that C keeps."""
    return lambda word: None if word == NULL else classes[c_name].borrowed(word)


def owned(c_name: str) -> Argument:
    """A handle that the callback owns."""
    return lambda word: None if word == NULL else classes[c_name].owned(word)


# -- answers -------------------------------------------------------------------


def nothing(answer: Any) -> None:
    """For callbacks that return nothing."""


def value(answer: Any) -> Any:
    """A value that the library then owns."""
    if answer is None:
        return NULL
    return lib.lwt_owned(_objects.keep(answer), _objects.drop)


def number_promise(answer: Any) -> Any:
    """A promise of a number, for what C counts itself."""
    if isinstance(answer, int):
        return lib.lwt_return(ffi.cast("void *", int(answer)))
    promise = give_promise(answer)
    return lib.lwt_map(promise, _to_number, NULL, NULL)


@ffi.callback("lwt_map_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _to_number(word: Any, _env: Any) -> Any:
    try:
        return ffi.cast("void *", int(_objects.of_word(word) or 0))
    except BaseException as failure:
        return lib.lwt_raise(errors.to_exn(failure))


def truth(answer: Any) -> bool:
    """Yes or no."""
    return bool(answer)


def handle(answer: Any) -> Any:
    """A handle that the library then owns."""
    return NULL if answer is None else answer.give()


promise = give_object


def trampoline(c_type: str, arguments: Sequence[Argument], answer: Answer) -> Any:
    """The C function for callbacks of a type."""
    passive = answer is nothing

    def call(*words: Any) -> Any:
        try:
            function = _objects.kept(words[-1])
            result = function(*[convert(word) for convert, word in zip(arguments, words)])
            return None if passive else answer(result)
        except BaseException as failure:
            lib.lwt_raise(errors.to_exn(failure))
            return None if passive else _nil
        finally:
            del words

    returns = ffi.typeof(c_type).result
    _nil = NULL if returns.kind == "pointer" else 0
    return ffi.callback(c_type, call, onerror=_objects.interrupted)


class Work:
    """A Python function that a worker thread runs. The interpreter does not end before
    it has."""

    __slots__ = ("_function",)
    _lock = threading.Lock()
    _count = 0

    def __init__(self, function: Any) -> None:
        self._function = function
        with Work._lock:
            Work._count += 1

    def __call__(self) -> Any:
        return self._function()

    def __del__(self) -> None:
        with Work._lock:
            Work._count -= 1

    @staticmethod
    def wait() -> None:
        """Waits until no worker runs any."""
        while Work._count:
            lib.lwt_main_iter(False)
            time.sleep(0.001)


# Registered after what ends liblwt's own part, and so called before it.
atexit.register(Work.wait)


def work(function: Any) -> Any:
    """The environment for a function that a worker calls."""
    if not callable(function):
        raise TypeError(f"a function is needed, not {type(function).__name__}")
    return _objects.keep(Work(function))


def client(function: Any) -> Any:
    """For functions whose first two arguments are an address and its length."""
    return env(lambda address, length, *rest: function(of_sockaddr(address, length), *rest))
