"""Mutexes, conditions and mailboxes: modules Lwt_mutex, Lwt_condition, Lwt_mvar.
They wait in turn, for coroutines, promises and C alike."""

from __future__ import annotations

from typing import Any, Generic, Optional, TypeVar

from . import _objects, errors, handles, results
from ._library import NULL, lib
from ._promise import Promise

T = TypeVar("T")


class Mutex(handles.Mutex):
    """A mutex; ``async with`` holds it."""

    __slots__ = ()
    c_name = "lwt_mutex"

    def __init__(self, ptr: Any = None) -> None:
        super().__init__(lib.lwt_mutex_create() if ptr is None else ptr)

    def lock(self) -> Promise[None]:
        """Waits in turn for it."""
        return Promise(lib.lwt_mutex_lock(self._ptr), results.unit)

    def unlock(self) -> None:
        """Hands it to the one who waits longest."""
        errors.check(lib.lwt_mutex_unlock(self._ptr))

    def is_locked(self) -> bool:
        """Has somebody got it?"""
        return bool(lib.lwt_mutex_is_locked(self._ptr))

    async def __aenter__(self) -> None:
        await self.lock()

    async def __aexit__(self, *failure: Any) -> None:
        self.unlock()


class Condition(handles.Condition):
    """A condition: who waits is told of the next signal, and its value."""

    __slots__ = ()
    c_name = "lwt_condition"

    def __init__(self, ptr: Any = None) -> None:
        super().__init__(lib.lwt_condition_create() if ptr is None else ptr)

    def wait(self, mutex: Optional[Mutex] = None) -> Promise[Any]:
        """Waits for the next signal. A mutex is given up meanwhile."""
        lock = NULL if mutex is None else mutex._ptr
        return Promise(lib.lwt_condition_wait(self._ptr, lock), results.anything)

    def signal(self, value: Any = None) -> None:
        """Wakes the one who waits longest."""
        if value is None:
            errors.check(lib.lwt_condition_signal(self._ptr, NULL))
        else:
            word = _objects.keep(value)
            errors.check(lib.lwt_condition_signal_owned(self._ptr, word, _objects.drop))

    def broadcast(self) -> None:
        """Wakes all who wait."""
        errors.check(lib.lwt_condition_broadcast(self._ptr, NULL))


class Mvar(handles.Mvar, Generic[T]):
    """A mailbox with room for one object."""

    __slots__ = ()
    c_name = "lwt_mvar"

    def __init__(self, ptr: Any = None) -> None:
        super().__init__(lib.lwt_mvar_create_empty() if ptr is None else ptr)

    def put(self, value: T) -> Promise[None]:
        """Puts an object in, when there is room."""
        word = _objects.keep(value)
        return Promise(lib.lwt_mvar_put_owned(self._ptr, word, _objects.drop), results.unit)

    def take(self) -> Promise[T]:
        """Takes the object out, when there is one."""
        return Promise(lib.lwt_mvar_take(self._ptr), results.anything)

    def is_empty(self) -> bool:
        """Is there none?"""
        return bool(lib.lwt_mvar_is_empty(self._ptr))
