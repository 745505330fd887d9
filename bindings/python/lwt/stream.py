"""Module Lwt_stream: streams, which are asynchronous iterators here."""

from __future__ import annotations

import operator
import os
from typing import Any, AsyncIterable, AsyncIterator, Callable, Generic, Iterable
from typing import Tuple, TypeVar, Union, cast

from . import _objects, errors, handles, results
from ._callbacks import drop, env, trampoline
from ._library import NULL, ffi, lib
from ._promise import Promise, give_promise

T = TypeVar("T")
U = TypeVar("U")


class Stream(handles.Stream, Generic[T]):
    """A stream: ``async for element in stream``. What one loop has taken is gone
    for the next; clone gives another reader of the same elements."""

    __slots__ = ("_convert",)
    c_name = "lwt_stream"

    def __init__(self, ptr: Any) -> None:
        super().__init__(ptr)
        self._convert: results.Convert = results.anything

    def of(self, convert: results.Convert) -> "Stream[Any]":
        """The same; its elements are converted so."""
        self._convert = convert
        return self

    def __aiter__(self) -> "Stream[T]":
        return self

    async def __anext__(self) -> T:
        element: Any = await Promise(lib.lwt_stream_get(self._ptr), self._element)
        if element is _END:
            raise StopAsyncIteration
        return cast(T, element)

    def _element(self, value: Any, free: Any) -> Any:
        if free == NULL and results.integer(value, free) == _objects.NONE:
            return _END
        return self._convert(value, free)

    def next(self) -> Promise[T]:
        """The next element; fails with Empty at the end."""
        return Promise(lib.lwt_stream_next(self._ptr), self._convert)

    def to_list(self) -> Promise["list[T]"]:
        """All elements to the end."""
        return Promise(lib.lwt_stream_to_list(self._ptr), results.values(self._convert))

    def nget(self, count: int) -> Promise["list[T]"]:
        """The next so many elements, or as many as there are."""
        return Promise(lib.lwt_stream_nget(self._ptr, count), results.values(self._convert))

    def clone(self) -> "Stream[T]":
        """A second reader at the same place. (Of elements that are Python objects
        or plain words; what else a reader takes out is gone for the other.)"""
        return Stream(lib.lwt_stream_clone(self._ptr)).of(self._convert)

    def map(self, function: Callable[[T], U]) -> "Stream[U]":
        """A stream of what a function returns for each element, as it is asked
        for."""
        return _from(self, function, keep_all=True)

    def filter(self, test: Callable[[T], Any]) -> "Stream[T]":
        """A stream of the elements for which a function says yes."""
        return _from(self, test, keep_all=False)

    def give_texts(self) -> Any:
        """This stream as one of texts that C then owns. Python's are str or bytes."""
        if self._convert in results.TEXTS:
            return self.give()
        if self._convert is not _unwrapped:
            raise TypeError("a stream of texts is needed")
        return lib.lwt_stream_map(self.give(), _to_text, NULL, NULL)

    def give_octets(self) -> Any:
        """This stream as one of bytes, each a number, that C then owns."""
        if self._convert is results.integer:
            return self.give()
        if self._convert is not _unwrapped:
            raise TypeError("a stream of bytes is needed")
        return lib.lwt_stream_map(self.give(), _to_octet, NULL, NULL)

    def is_closed(self) -> bool:
        """Is its end known?"""
        return bool(lib.lwt_stream_is_closed(self._ptr))


_END = object()


def _from(source: "Stream[Any]", function: Callable[[Any], Any], keep_all: bool) -> "Stream[Any]":
    async def each() -> AsyncIterator[Any]:
        async for element in source:
            answer = function(element)
            if hasattr(answer, "__await__"):
                answer = await answer
            if keep_all:
                yield answer
            elif answer:
                yield element

    return of(each())


def of(source: Union[Iterable[T], AsyncIterable[T]]) -> "Stream[T]":
    """A stream for C of what Python iterates over, asynchronously or not: it is
    asked for an element when one is needed. `Lwt_stream.from`."""
    if isinstance(source, AsyncIterable):
        iterator = source.__aiter__()

        async def following() -> Any:
            try:
                return _Some(await iterator.__anext__())
            except StopAsyncIteration:
                return None

        ask: Callable[[], Any] = following
    else:
        plain = iter(source)

        def ask() -> Any:
            for element in plain:
                return _Some(element)
            return None

    made = lib.lwt_stream_from(_ask, env(lambda: _marked(ask())), drop)
    return Stream(made).of(_unwrapped)


# Its answer is given to C as it is, for the end is LWT_NONE.
_ask = trampoline("lwt_thunk_fn", (), give_promise)


class _Some:
    """An element, told from the end: None is an element, too."""

    __slots__ = ("element",)

    def __init__(self, element: Any) -> None:
        self.element = element


def _unwrapped(value: Any, free: Any) -> Any:
    wrapped = results.anything(value, free)
    return wrapped.element if isinstance(wrapped, _Some) else wrapped


@ffi.callback("lwt_map_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _to_text(value: Any, _env: Any) -> Any:
    try:
        text = _objects.kept(value).element
        data = os.fsencode(text) if isinstance(text, str) else bytes(memoryview(text))
        return lib.lwt_owned_string(lib.lwt_string_new(data, len(data)))
    except BaseException as error:
        return lib.lwt_raise(errors.to_exn(error))


@ffi.callback("lwt_map_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _to_octet(value: Any, _env: Any) -> Any:
    try:
        return ffi.cast("void *", operator.index(_objects.kept(value).element))
    except BaseException as error:
        return lib.lwt_raise(errors.to_exn(error))


def _marked(answer: Any) -> Any:
    """The end of the source is LWT_NONE for C."""
    if answer is None:
        return Promise(lib.lwt_return_none())
    if isinstance(answer, _Some):
        return answer
    from ._promise import from_awaitable

    asked = from_awaitable(answer).give()
    return Promise(lib.lwt_bind_owned(asked, _none_if_unit, NULL, NULL))


@ffi.callback("lwt_bind_fn", onerror=_objects.interrupted)  # type: ignore[untyped-decorator]
def _none_if_unit(value: Any, _env: Any) -> Any:
    if value == NULL:
        return lib.lwt_return_none()
    return lib.lwt_return_owned(value, _objects.drop)


class Push(Generic[T]):
    """The writing end of a stream."""

    __slots__ = ("_handle",)

    def __init__(self, handle: handles.StreamPush) -> None:
        self._handle = handle

    def __call__(self, element: T) -> None:
        """Pushes an element; whoever waits for it goes on."""
        word = _objects.keep(_Some(element))
        errors.check(lib.lwt_stream_push_owned(self._handle._ptr, word, _objects.drop))

    def close(self) -> None:
        """The stream ends after what was pushed."""
        errors.check(lib.lwt_stream_push_close(self._handle._ptr))


class BoundedPush(Generic[T]):
    """The writing end of a stream that stores so many elements and no more."""

    __slots__ = ("_handle",)

    def __init__(self, handle: handles.StreamBoundedPush) -> None:
        self._handle = handle

    def push(self, element: T) -> Promise[None]:
        """Pushes an element, when there is room. One push may be waiting."""
        word = _objects.keep(_Some(element))
        pushed = lib.lwt_stream_bounded_push_push_owned(self._handle._ptr, word, _objects.drop)
        return Promise(pushed, results.unit)

    def close(self) -> None:
        """The stream ends after what was pushed."""
        errors.check(lib.lwt_stream_bounded_push_close(self._handle._ptr))


def create() -> "Tuple[Stream[Any], Push[Any]]":
    """A stream that elements are pushed into, and its writing end."""
    end = ffi.new("lwt_stream_push **")
    made: "Stream[Any]" = Stream(lib.lwt_stream_create(end)).of(_unwrapped)
    return made, Push(handles.StreamPush(end[0]))


def create_bounded(size: int) -> "Tuple[Stream[Any], BoundedPush[Any]]":
    """The same; it stores so many elements at most."""
    end = ffi.new("lwt_stream_bounded_push **")
    made: "Stream[Any]" = Stream(lib.lwt_stream_create_bounded(size, end)).of(_unwrapped)
    return made, BoundedPush(handles.StreamBoundedPush(end[0]))
