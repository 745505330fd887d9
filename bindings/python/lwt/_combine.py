"""Several promises at once: `Lwt.all`, `Lwt.join`, `Lwt.pick`, `Lwt.choose`; and
promises that take too long."""

from __future__ import annotations

from typing import Any, Awaitable, List, TypeVar

from . import results
from ._library import NULL, lib
from ._promise import Promise, give_object

T = TypeVar("T")


def _several(combine: Any, promises: Any, convert: Any) -> Promise[Any]:
    given: List[Any] = []
    try:
        for it in promises:
            given.append(give_object(it))
    except BaseException:
        for ptr in given:
            lib.lwt_release(ptr)
        raise
    return Promise(combine(given if given else NULL, len(given)), convert)


def all(*promises: Awaitable[Any]) -> Promise[List[Any]]:
    """Waits for all, and gives a list of their values; if one fails, fails with
    that when all have resolved."""
    return _several(lib.lwt_all, promises, results.values(results.anything))


def join(*promises: Awaitable[Any]) -> Promise[None]:
    """Waits for all; if one fails, fails with that when all have resolved."""
    return _several(lib.lwt_join, promises, results.unit)


def pick(*promises: Awaitable[T]) -> Promise[T]:
    """Resolves as the first to resolve, and cancels the others."""
    return _several(lib.lwt_pick, promises, results.anything)


def choose(*promises: Awaitable[T]) -> Promise[T]:
    """Resolves as the first to resolve; the others go on."""
    return _several(lib.lwt_choose, promises, results.anything)


def any(*promises: Awaitable[T]) -> Promise[T]:
    """Resolves as the first to be fulfilled; if all fail, as the first that
    did."""
    return _several(lib.lwt_any, promises, results.anything)


def sleep(seconds: float) -> Promise[None]:
    """Resolves after so many seconds."""
    return Promise(lib.lwt_unix_sleep(seconds), results.unit)


def pause() -> Promise[None]:
    """Resolves in the next turn of the event loop."""
    return Promise(lib.lwt_pause(), results.unit)


def with_timeout(seconds: float, awaitable: Awaitable[T]) -> Promise[T]:
    """Resolves as the awaitable, which is cancelled after so many seconds: then it
    fails with Timeout."""
    return pick(awaitable, Promise(lib.lwt_unix_timeout(seconds)))
