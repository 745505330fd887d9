"""Promises, module Lwt: awaitable, and what makes them of Python's awaitables."""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import Any, Awaitable, Callable, Generator, Generic, Optional, TypeVar, Union, cast

from . import _objects, errors
from ._library import NULL, ffi, lib
from ._loop import attach, watch

T = TypeVar("T")
U = TypeVar("U")

#: Makes a Python value of a word and the function that frees it, which it owns.
Convert = Callable[[Any, Any], Any]

_SLEEP = 0
_FAIL = 2

_promisep = ffi.typeof("lwt_t *")
_new_outcome = ffi.new_allocator(should_clear_after_alloc=False)


def to_object(value: Any, drop: Any) -> Any:
    """A value of which nothing is known but what the word tells."""
    if _objects.is_object(value):
        if drop == NULL:
            return _objects.kept(value)
        return _objects.take(value)
    if drop != NULL:
        drop(value)
        raise TypeError("a value of which Python does not know what it is")
    return _objects.of_word(value)


class Promise(Awaitable[T], Generic[T]):
    """A promise of liblwt. ``await`` it, once or several times, in a coroutine
    that asyncio runs on the thread that made it.

    Cancelling the task that awaits it cancels the promise; a promise that was
    cancelled raises asyncio.CancelledError where it is awaited.
    """

    __slots__ = (
        "_ptr",
        "_convert",
        "_busy",
        "_thread",
        "_value",
        "_error",
        "_futures",
        "__weakref__",
    )

    def __init__(
        self, handle: Any, convert: Optional[Convert] = None, busy: bool = False
    ) -> None:
        """Takes over a promise that a C function has returned: a pointer of cffi,
        of this library's or of another's, or an address as ctypes has it.

        ``convert(value, drop)`` makes a Python value of what it is fulfilled
        with (see lwt.results); without it that is None, a number, or the
        object that Python has put there. With ``busy``, memory of the caller's
        is written to until it is resolved: an ``await`` that is cancelled
        then waits for that.
        """
        if type(handle) is int or ffi.typeof(handle) is not _promisep:
            handle = ffi.cast(_promisep, handle)
        self._ptr: Any = handle
        self._convert = to_object if convert is None else convert
        self._busy = busy
        self._thread = get_ident()
        self._value: Any = None
        self._error: Optional[BaseException] = None
        # Those that await it, once liblwt watches it.
        self._futures: Any = None
        if handle == NULL:
            self._ptr = None
            self._error = errors.OutOfMemory("there is no memory for a promise")

    def __del__(self, _release: Any = lib.lwt_release_anywhere) -> None:
        ptr = getattr(self, "_ptr", None)
        if ptr is not None:
            _release(ptr)

    # -- awaiting --------------------------------------------------------------

    def __await__(self) -> Generator[Any, None, T]:
        ptr = self._ptr
        if ptr is not None:
            if self._is_pending(ptr):
                yield from self._wait(ptr)
            else:
                self._settle()
        if self._error is not None:
            raise self._error
        return cast(T, self._value)

    __iter__ = __await__  # for the coroutines of types.coroutine

    def _wait(self, ptr: Any) -> Generator[Any, None, None]:
        future = attach().create_future()
        if self._futures is None:
            watch(self, ptr)
            self._futures = [future]
        else:
            self._futures.append(future)
        try:
            yield from future
        except asyncio.CancelledError:
            if self._ptr is not None:
                lib.lwt_cancel(ptr)
            while self._busy and self._ptr is not None:
                try:
                    yield from self._wait(ptr)
                except asyncio.CancelledError:
                    pass
            raise

    def _is_pending(self, ptr: Any) -> bool:
        if self._thread != get_ident():
            raise errors.WrongThread("the promise belongs to another thread")
        return bool(lib.lwt_state(ptr) == _SLEEP)

    def landed(self, value: Any, drop: Any, exn: Any) -> None:
        """liblwt tells what has become of it, and owns none of that any more."""
        ptr, self._ptr = self._ptr, None
        if ptr is None:
            # Its outcome has been taken since it was resolved.
            if exn != NULL:
                lib.lwt_exn_release(exn)
        else:
            lib.lwt_release(ptr)
            self._take(value, drop, exn)

    def wake(self) -> None:
        """Those that await it go on."""
        futures, self._futures = self._futures, None
        for future in futures or ():
            # An event loop may be closed with tasks that wait.
            if not future.done() and not future.get_loop().is_closed():
                future.set_result(None)

    def _settle(self) -> None:
        """Takes the outcome out of a promise that is resolved."""
        if self._ptr is None:
            return
        if self._is_pending(self._ptr):
            raise asyncio.InvalidStateError("the promise is pending")
        ptr, self._ptr = self._ptr, None
        outcome = _new_outcome("struct lwt_outcome *")
        lib.lwt_coroutine_take(ptr, outcome)
        self._take(outcome.value, outcome.drop, outcome.exn)

    def _take(self, value: Any, drop: Any, exn: Any) -> None:
        if exn != NULL:
            self._error = errors.of_exn(exn)
            lib.lwt_exn_release(exn)
            return
        try:
            self._value = self._convert(value, drop)
        except BaseException as error:
            self._error = error
            if not isinstance(error, Exception):
                raise

    # -- looking at it ---------------------------------------------------------

    def done(self) -> bool:
        """Is it resolved?"""
        return self._ptr is None or not self._is_pending(self._ptr)

    def result(self) -> T:
        """Its value; raises its failure, or asyncio.InvalidStateError if it is
        pending."""
        self._settle()
        if self._error is not None:
            raise self._error
        return cast(T, self._value)

    def exception(self) -> Optional[BaseException]:
        """Its failure, None if it is fulfilled. As result otherwise."""
        self._settle()
        return self._error

    def cancelled(self) -> bool:
        """Was it cancelled?"""
        return self.done() and isinstance(self.exception(), asyncio.CancelledError)

    def cancel(self) -> None:
        """Cancels what it waits for, `Lwt.cancel`. What can't be cancelled goes
        on."""
        if self._ptr is not None and self._is_pending(self._ptr):
            lib.lwt_cancel(self._ptr)

    def __repr__(self) -> str:
        if self._ptr is not None:
            if self._thread != get_ident():
                return "<lwt.Promise of another thread>"
            return f"<lwt.Promise {'resolved' if self.done() else 'pending'}>"
        if self._error is not None:
            return f"<lwt.Promise failed: {self._error!r}>"
        return f"<lwt.Promise {self._value!r}>"

    # -- for C -----------------------------------------------------------------

    def give(self) -> Any:
        """A reference to the promise for C, which owns it; the value is then
        whoever's takes it first. One whose outcome Python has taken already is
        made anew."""
        if self._ptr is not None:
            return lib.lwt_retain(self._ptr)
        if self._error is not None:
            return lib.lwt_fail(errors.to_exn(self._error))
        return give_value(self._value)


def give_value(value: Any) -> Any:
    """A resolved promise of a Python object, owned by the caller."""
    if value is None:
        return lib.lwt_return(NULL)
    return lib.lwt_return_owned(_objects.keep(value), _objects.drop)


def give_promise(answer: Any) -> Any:
    """What a Python function has returned, as a promise for C: a promise, an
    awaitable, or the value."""
    if isinstance(answer, Promise):
        return answer.give()
    if isinstance(answer, (asyncio.Future, Awaitable)):
        return _start(answer)
    return give_value(answer)


def from_awaitable(awaitable: Awaitable[T]) -> Promise[T]:
    """A promise of what a coroutine, a task or a future of asyncio gives: it
    starts now, on the running event loop. Cancelling the promise cancels the
    task; a task that was cancelled makes a promise that was cancelled."""
    if isinstance(awaitable, Promise):
        return awaitable
    return Promise(_start(awaitable))


def _start(awaitable: Any) -> Any:
    attach()
    task: Any = asyncio.ensure_future(awaitable)
    wakener = ffi.new("lwt_u **")
    ptr = lib.lwt_task(wakener)
    handle = wakener[0]
    if handle == NULL:
        task.cancel()
        return ptr

    def ended(task: Any) -> None:
        if task.cancelled():
            lib.lwt_wakeup_exn(handle, errors.to_exn(asyncio.CancelledError()))
            return
        error = task.exception()
        if error is not None:
            lib.lwt_wakeup_exn(handle, errors.to_exn(error))
        elif task.result() is None:
            lib.lwt_wakeup(handle, NULL)
        else:
            lib.lwt_wakeup_owned(handle, _objects.keep(task.result()), _objects.drop)

    task.add_done_callback(ended)
    lib.lwt_on_cancel(ptr, _cancel_task, _objects.keep(task), _objects.drop)
    return ptr


@ffi.callback("lwt_unit_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _cancel_task(word: Any) -> None:
    task = _objects.kept(word)
    if not task.get_loop().is_closed():
        task.cancel()


@ffi.callback("lwt_bind_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _converted(value: Any, env: Any) -> Any:
    """The Python value of what a promise is fulfilled with, as a promise: several
    promises of different sorts are of one sort then, and who awaits one of them
    beside has its value, too."""
    try:
        return give_value(_objects.kept(env).result())
    except BaseException as error:
        return lib.lwt_fail(errors.to_exn(error))


def give_object(it: Any) -> Any:
    """As give_promise; the promise is one of a Python object, whatever C makes of
    the other."""
    if not isinstance(it, Promise) or it._ptr is None:
        return give_promise(it)
    return lib.lwt_bind(it.give(), _converted, _objects.keep(it), _objects.drop)


def returned(value: T) -> Promise[T]:
    """A promise that is fulfilled already, `Lwt.return`."""
    return Promise(give_value(value))


def failed(error: BaseException) -> Promise[Any]:
    """A promise that has failed already, `Lwt.fail`."""
    return Promise(lib.lwt_fail(errors.to_exn(error)))


class Wakener(Generic[T]):
    """Resolves a promise, once: `Lwt.wakeup`. See wait and task."""

    __slots__ = ("_ptr", "__weakref__")

    def __init__(self, ptr: Any) -> None:
        self._ptr = ptr

    def __del__(self, _release: Any = lib.lwt_release_anywhere) -> None:
        ptr = getattr(self, "_ptr", None)
        if ptr is not None:
            _release(ptr)

    def _spend(self) -> Any:
        ptr, self._ptr = self._ptr, None
        if ptr is None:
            raise errors.InvalidArgument("the wakener was used before")
        return ptr

    def wakeup(self, value: Any = None) -> None:
        """Fulfils the promise."""
        ptr = self._spend()
        if value is None:
            errors.check(lib.lwt_wakeup_later(ptr, NULL))
        else:
            word = _objects.keep(value)
            errors.check(lib.lwt_wakeup_later_owned(ptr, word, _objects.drop))

    def fail(self, error: BaseException) -> None:
        """Makes the promise fail."""
        errors.check(lib.lwt_wakeup_later_exn(self._spend(), errors.to_exn(error)))


def _with_wakener(make: Any) -> Any:
    wakener = ffi.new("lwt_u **")
    promise: Promise[Any] = Promise(make(wakener))
    return promise, Wakener(wakener[0] if wakener[0] != NULL else None)


def wait() -> "tuple[Promise[Any], Wakener[Any]]":
    """A pending promise that can't be cancelled, and its wakener, `Lwt.wait`."""
    return cast("tuple[Promise[Any], Wakener[Any]]", _with_wakener(lib.lwt_wait))


def task() -> "tuple[Promise[Any], Wakener[Any]]":
    """A pending promise and its wakener, `Lwt.task`."""
    return cast("tuple[Promise[Any], Wakener[Any]]", _with_wakener(lib.lwt_task))


Awaited = Union[Promise[T], Awaitable[T]]
