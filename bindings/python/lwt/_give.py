"""Python's arguments as C's."""

from __future__ import annotations

import os
from typing import Any, Optional, Sequence, Union

from . import _objects, errors
from ._library import NULL, ffi, lib
from ._promise import Convert, Promise, give_promise

Text = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

_chars = ffi.typeof("char[]")


def text(value: Optional[Text]) -> Any:
    """A text that ends with a NUL byte, which C copies; None is NULL."""
    if value is None:
        return NULL
    encoded = os.fsencode(value)
    if b"\0" in encoded:
        raise ValueError("embedded null byte")
    return encoded


def readable(value: Any) -> Any:
    """The bytes of an object, where they are."""
    if isinstance(value, str):
        value = value.encode()
    return ffi.from_buffer(_chars, value)


def writable(value: Any) -> Any:
    """The bytes of an object that C is to write to, where they are."""
    return ffi.from_buffer(_chars, value, require_writable=True)


def address(value: Any) -> Any:
    """An address as the module socket has it: a path, or a host in digits and a
    port. A struct lwt_unix_sockaddr; NULL for None."""
    if value is None:
        return ffi.new("struct lwt_unix_sockaddr *")
    if isinstance(value, (str, bytes, os.PathLike)):
        name = os.fsencode(value)
        written = b"unix:" + (b"@" + name[1:] if name[:1] == b"\0" else name)
    else:
        host, port = value[0], value[1]
        scope = f"%{value[3]}" if len(value) == 4 and value[3] else ""
        host = host or "0.0.0.0"
        written = (f"[{host}{scope}]:{port}" if ":" in host else f"{host}:{port}").encode()
    found = ffi.new("struct lwt_unix_sockaddr *")
    if lib.lwt_unix_sockaddr_of_text(found, written) != 0:
        raise errors.InvalidArgument(f"no address: {value!r}")
    return found


def family(value: Any) -> int:
    """The family of an address."""
    return int(ffi.cast("struct sockaddr *", ffi.addressof(value, "address")).sa_family)


def sockaddr(value: Any) -> Any:
    """The address in a struct lwt_unix_sockaddr, for C."""
    if value.len == 0:
        return NULL
    return ffi.cast("struct sockaddr *", ffi.addressof(value, "address"))


def texts(items: Any) -> Any:
    """An array of texts with NULL behind them, and what keeps it alive."""
    kept = [ffi.new("char[]", text(item)) for item in items]
    array = ffi.new("char *[]", kept + [NULL])
    return array, kept


def promise(ptr: Any, convert: Convert, *buffers: Any, busy: bool = False) -> "Promise[Any]":
    """A promise during which buffers of the caller's are used: they live until
    it is resolved, whoever has forgotten it meanwhile."""
    made: "Promise[Any]" = Promise(ptr, convert, busy)
    if lib.lwt_is_sleeping(ptr):
        # Both may be called, the second does nothing then.
        word = _objects.keep(buffers)
        lib.lwt_on_termination(ptr, _objects.drop, word, _objects.drop)
    return made


def promises(items: Any) -> Any:
    """An array of references to promises that C then owns."""
    return [give_promise(item) for item in items]


def raw(value: Any) -> Any:
    """What C is given as it is; None is NULL."""
    return NULL if value is None else value


def lent(value: Text) -> Any:
    """A text that C uses until its promise is resolved."""
    return ffi.new("char[]", text(value))


#: A line for the shell, or a program and its arguments.
Command = Union[Text, Sequence[Text]]


def command(value: Command) -> Any:
    """A struct lwt_process_command, and what keeps it alive."""
    made = ffi.new("struct lwt_process_command *")
    if isinstance(value, (str, bytes, os.PathLike)):
        line = lent(value)
        made.line = line
        return made, line
    array, kept = texts(value)
    made.argv = array
    return made, array, kept


def options(type_: str, value: Any) -> Any:
    """Options: None, a dictionary of those that are to be different, or the
    structure."""
    if value is None:
        return NULL
    if isinstance(value, dict):
        made = ffi.new(type_)
        made.size = ffi.sizeof(made[0])
        for name, field in value.items():
            setattr(made, name, field)
        return made
    return value


def word(value: Any) -> Any:
    """A plain word: a number, or None for LWT_UNIT. (What owns its values is
    given Python objects.)"""
    return NULL if value is None else ffi.cast("void *", int(value))


def borrow(handle: Any) -> Any:
    """A handle that C borrows; None is NULL."""
    return NULL if handle is None else handle._ptr


def give(handle: Any) -> Any:
    """A reference to a handle that C then owns; None is NULL."""
    return NULL if handle is None else handle.give()


def text_stream(value: Any) -> Any:
    """A stream of texts, for C, of a stream or of what is iterated over."""
    from .stream import Stream, of

    return (value if isinstance(value, Stream) else of(value)).give_texts()


def octet_stream(value: Any) -> Any:
    """A stream of bytes, each a number, for C."""
    from .stream import Stream, of

    return (value if isinstance(value, Stream) else of(value)).give_octets()


def borrowed(value: Any) -> Any:
    """A promise that C borrows."""
    return NULL if value is None or value._ptr is None else value._ptr


def exn(error: BaseException) -> Any:
    """An exception that C borrows."""
    return ffi.gc(errors.to_exn(error), lib.lwt_exn_release)


def taken_exn(ptr: Any) -> BaseException:
    """The exception that C has given."""
    try:
        return errors.of_exn(ptr)
    finally:
        lib.lwt_exn_release(ptr)


def taken_string(ptr: Any) -> Optional[bytes]:
    """The text that C has given."""
    if ptr == NULL:
        return None
    copy = bytes(ffi.buffer(ptr.data, ptr.len))
    lib.lwt_string_release(ptr)
    return copy
