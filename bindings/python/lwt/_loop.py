"""asyncio drives liblwt: the descriptor of this thread's main loop is one of those
that the running event loop waits for, and whenever it is readable liblwt has a
turn. No thread is needed, and while the event loop waits the interpreter's lock
is free. It works with every event loop that has add_reader, uvloop's too.
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import os
import sys
import threading
import weakref
from typing import Any, Callable, Coroutine, Optional, TypeVar

from . import _objects, errors
from ._library import NULL, ffi, lib

T = TypeVar("T")


def _nobody() -> None:
    return None


#: How many promises are asked about at a time.
_AT_A_TIME = 64


class _Home(threading.local):
    """Which event loop drives the liblwt of this thread."""

    def __init__(self) -> None:
        #: The one that ran last.
        self.loop: Callable[[], Optional[asyncio.AbstractEventLoop]] = _nobody
        #: All that wait for the descriptor: they may take turns on a thread.
        self.loops: Any = weakref.WeakSet()
        #: The promises that somebody awaits, by the tokens under which liblwt watches
        #: them.
        self.watched: dict[int, Any] = {}
        #: What was drained, and how much of it was told. The last has no token.
        self.completions: Any = ffi.new("struct lwt_python_completion[]", _AT_A_TIME + 1)
        self.place = 0


_home = _Home()

_tokens = itertools.count(1)
_watch = ffi.cast("lwt_python_watch", ffi.addressof(lib, "lwt_binding_watch"))
_drain = ffi.cast("lwt_python_drain", ffi.addressof(lib, "lwt_binding_drain"))
# By its address liblwt knows which of the promises are Python's.
_key = ffi.new("char *")


def watch(promise: Any, ptr: Any) -> None:
    """Has a promise told of what becomes of it."""
    token = next(_tokens)
    watched = _home.watched
    watched[token] = promise
    kind = _watch(lib.lwt_retain(ptr), _key, token)
    if kind:
        del watched[token]
        raise errors.of_kind(kind)


def watched() -> int:
    """How many promises are awaited on this thread: for tests that look for leaks."""
    return len(_home.watched)


def _turn() -> None:
    """A turn of liblwt's main loop, and then the promises that it has resolved. An
    interrupt may come anywhere in it: then the next turn comes at once, and goes on
    where this one was, with what has a token still."""
    home = _home
    try:
        if home.completions[home.place].token == 0:
            lib.lwt_main_iter(False)
        _tell(home)
    except BaseException:
        loop = home.loop()
        if loop is not None and not loop.is_closed():
            loop.call_soon(_turn)
        raise


def _tell(home: _Home) -> None:
    completions, watched = home.completions, home.watched
    while True:
        it = completions[home.place]
        token = it.token
        if token != 0:
            home.place += 1
            it.token = 0
            try:
                watched[token].landed(it.value, it.drop, it.exn)
            finally:
                watched.pop(token).wake()
        else:
            home.place = 0
            if _drain(_key, completions, _AT_A_TIME) == 0:
                return


def attach() -> asyncio.AbstractEventLoop:
    """Has the running event loop drive this thread's liblwt from now on. Whoever
    awaits a promise has it done; a program that only calls functions of liblwt
    whose work goes on by itself may want to do it first."""
    loop = asyncio.get_running_loop()
    if _home.loop() is not loop:
        _adopt(loop)
    return loop


def _child() -> None:
    """In the child of a fork the event loops are the parent's."""
    _home.loop = _nobody
    _home.loops = weakref.WeakSet()


def _adopt(loop: asyncio.AbstractEventLoop) -> None:
    descriptor = lib.lwt_main_fd()
    if descriptor < 0:
        raise OSError(ffi.errno, os.strerror(ffi.errno), "lwt_main_fd")
    if loop not in _home.loops:
        loop.add_reader(descriptor, _turn)
        _home.loops.add(loop)
    _home.loop = weakref.ref(loop)


os.register_at_fork(after_in_child=_child)


def run(main: Any, *, debug: Optional[bool] = None) -> Any:
    """Runs a coroutine, a promise or any other awaitable on an event loop of its
    own, as asyncio.run does, and returns its result."""

    async def whole() -> Any:
        attach()
        return await main

    entry: Coroutine[Any, Any, Any] = whole()
    return asyncio.run(entry, debug=debug)


@ffi.callback("lwt_exn_hook_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _unhandled(exn: Any, env: Any) -> None:
    """A failure that nobody handles: told as asyncio tells those of its own. (By
    itself liblwt would end the process.)"""
    error = errors.of_exn(exn)
    context = {"message": "a promise of liblwt failed, and nobody saw", "exception": error}
    loop = _home.loop()
    if loop is not None and not loop.is_closed():
        loop.call_exception_handler(context)
    else:
        sys.excepthook(type(error), error, error.__traceback__)


lib.lwt_set_async_exception_hook(_unhandled, NULL, NULL)


@atexit.register
def _farewell() -> None:
    """What liblwt does at the end of the process is done while there still is an
    interpreter for callbacks: unsent bytes are sent."""
    if not lib.lwt_main_is_running():
        exn = ffi.new("lwt_exn **")
        lib.lwt_main_run(lib.lwt_io_flush_all(), exn)
        if exn[0] != NULL:
            lib.lwt_exn_release(exn[0])
        # What finalisers have given up meanwhile.
        lib.lwt_main_iter(False)
    lib.lwt_main_exit_hooks_remove_all()
    lib.lwt_set_async_exception_hook(NULL, NULL, NULL)
