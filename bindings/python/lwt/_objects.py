"""Python objects as values of promises, streams and callbacks.

A value is one machine word, and liblwt says when it is done with one by calling
its drop function. So an object is kept in a table here under a number, and the
number is the value. The number has a mark in its upper half, which no address
and no number that a program counts to has: a word that comes back tells by
itself what it is.
"""

from __future__ import annotations

import _thread
import itertools
import traceback
from typing import Any

from ._library import ffi

_MARK = 0x5079 << 48  # "Py"
_MARKED = 0xFFFF << 48
#: LWT_NONE, which is not a constant to the compiler.
NONE = 0x4C57544E4F4E45

_kept: dict[int, Any] = {}
_numbers = itertools.count(_MARK + 1)

_voidp = ffi.typeof("void *")
_word = ffi.typeof("intptr_t")


def keep(thing: Any) -> Any:
    """Keeps an object, and returns the word that stands for it."""
    number = next(_numbers)
    _kept[number] = thing
    return ffi.cast(_voidp, number)


def kept(word: Any) -> Any:
    """The object behind a word of keep, which stays kept."""
    return _kept[int(ffi.cast(_word, word))]


def take(word: Any) -> Any:
    """The object behind a word of keep, which is given up."""
    return _kept.pop(int(ffi.cast(_word, word)))


def interrupted(kind: Any, error: Any, trace: Any) -> None:
    """What has come up in a callback of C where nothing can be told of it: an
    interrupt comes again, outside."""
    if isinstance(error, (KeyboardInterrupt, SystemExit)):
        _thread.interrupt_main()
    else:
        traceback.print_exception(kind, error, trace)


@ffi.callback("lwt_drop_fn", onerror=interrupted)  # type: ignore[untyped-decorator]
def drop(word: Any) -> None:
    """The drop function of what keep returned. Any thread may call it."""
    _kept.pop(int(ffi.cast(_word, word)), None)


def of_word(word: Any) -> Any:
    """What a word stands for that nothing else is known of: an object that
    Python has put there; None for LWT_UNIT and LWT_NONE; otherwise a number."""
    number = int(ffi.cast(_word, word))
    if number & _MARKED == _MARK:
        return _kept[number]
    if number == 0 or number == NONE:
        return None
    return number


def is_object(word: Any) -> bool:
    """Was the word made by keep?"""
    return int(ffi.cast(_word, word)) & _MARKED == _MARK


def count() -> int:
    """How many objects liblwt holds at present: for tests that look for leaks."""
    return len(_kept)
