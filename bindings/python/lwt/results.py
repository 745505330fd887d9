"""What promises are fulfilled with, as Python values. Each of these functions is
given the word and the function that frees it (NULL for a plain word), owns it,
and returns the Python value; they are what Promise takes to convert by."""

from __future__ import annotations

import grp
import os
import platform
import pwd
import socket
import struct
from typing import Any, Callable, List, Optional, Tuple, Union

from . import _objects
from ._library import NULL, ffi, lib

Convert = Callable[[Any, Any], Any]

_word = ffi.typeof("intptr_t")
_string = ffi.typeof("struct lwt_string *")
_values = ffi.typeof("struct lwt_values *")


def unit(value: Any, drop: Any) -> None:
    """Nothing."""
    if drop != NULL:
        drop(value)


def integer(value: Any, drop: Any) -> int:
    """A number, LWT_INT."""
    return int(ffi.cast(_word, value))


def boolean(value: Any, drop: Any) -> bool:
    """LWT_INT(1) or LWT_INT(0)."""
    return bool(value)


def data(value: Any, drop: Any) -> bytes:
    """The bytes of a struct lwt_string."""
    string = ffi.cast(_string, value)
    if string == NULL:
        return b""
    copy = bytes(ffi.buffer(string.data, string.len))
    if drop != NULL:
        drop(value)
    return copy


def path(value: Any, drop: Any) -> str:
    """A struct lwt_string that names a file."""
    return os.fsdecode(data(value, drop))


def text(value: Any, drop: Any) -> str:
    """A struct lwt_string, as text in UTF-8."""
    return data(value, drop).decode("utf-8", "surrogateescape")


#: The conversions of a struct lwt_string.
TEXTS = (data, path, text)


def number32(value: Any, drop: Any) -> float:
    """A float, bit by bit."""
    return float(struct.unpack("=f", struct.pack("=I", integer(value, drop) & 0xFFFFFFFF))[0])


def number64(value: Any, drop: Any) -> float:
    """A double, bit by bit."""
    return float(struct.unpack("=d", struct.pack("=q", integer(value, drop)))[0])


def anything(value: Any, drop: Any) -> Any:
    """What the word tells by itself: an object that Python has put there, a number,
    or None. A TypeError for what only C knows."""
    if _objects.is_object(value):
        return _objects.kept(value) if drop == NULL else _objects.take(value)
    if drop != NULL:
        drop(value)
        raise TypeError("a value of which Python does not know what it is")
    return _objects.of_word(value)


def optional(convert: Convert) -> Convert:
    """The same, and None for LWT_NONE."""

    def convert_it(value: Any, drop: Any) -> Any:
        if int(ffi.cast(_word, value)) == _objects.NONE:
            return None
        return convert(value, drop)

    return convert_it


def values(*converts: Convert) -> Convert:
    """A struct lwt_values: of one conversion, as many as there are, a list; of
    several, a tuple."""

    def convert_it(value: Any, drop: Any) -> Any:
        array = ffi.cast(_values, value)
        if array == NULL:
            return []
        drops = ffi.new("lwt_drop_fn *")
        try:
            count = array.len
            each = converts * count if len(converts) == 1 else converts
            items = []
            for place, convert in zip(range(count), each):
                word = lib.lwt_values_take(array, place, drops)
                items.append(convert(word, drops[0]))
            return items if len(converts) == 1 else tuple(items)
        finally:
            lib.lwt_values_release(array)

    return convert_it


def structure(name: str) -> Convert:
    """A structure, as a pointer of cffi that frees it when it is collected."""

    def convert_it(value: Any, drop: Any) -> Any:
        pointer = ffi.cast(name, value)
        return pointer if drop == NULL or pointer == NULL else ffi.gc(pointer, drop)

    return convert_it


# The system's struct stat, whose layout no header tells at run time.
_STAT = {
    "x86_64": ("=QQQIIIiQqqqqQqQqQ", "dev ino nlink mode uid gid _ rdev size blksize blocks"),
    "aarch64": ("=QQIIIIQQqiiqqQqQqQ", "dev ino mode nlink uid gid rdev _ size blksize _ blocks"),
}


def stat(value: Any, drop: Any) -> os.stat_result:
    """A struct stat, as os.stat returns it."""
    layout, names = _STAT.get(platform.machine(), ("", ""))
    if not layout:
        drop(value)
        raise NotImplementedError(f"the layout of struct stat on {platform.machine()} is not known")
    memory = ffi.buffer(ffi.cast("char *", value), struct.calcsize(layout))
    fields = struct.unpack(layout, memory)
    drop(value)
    named = dict(zip(names.split(), fields))
    times = fields[-6:]
    seconds, fractions = times[0::2], times[1::2]
    nanoseconds = [s * 10**9 + n for s, n in zip(seconds, fractions)]
    first = [named[f] for f in "mode ino dev nlink uid gid size".split()]
    rest = {
        "st_atime": seconds[0] + 1e-9 * fractions[0],
        "st_mtime": seconds[1] + 1e-9 * fractions[1],
        "st_ctime": seconds[2] + 1e-9 * fractions[2],
        "st_atime_ns": nanoseconds[0],
        "st_mtime_ns": nanoseconds[1],
        "st_ctime_ns": nanoseconds[2],
        "st_blksize": named["blksize"],
        "st_blocks": named["blocks"],
        "st_rdev": named["rdev"],
    }
    return os.stat_result(first + list(seconds), rest)


def entries(value: Any, drop: Any) -> "List[str]":
    """The names in a struct lwt_unix_entries."""
    all_of_them = ffi.cast("struct lwt_unix_entries *", value)
    names = [os.fsdecode(ffi.string(all_of_them.data[i].name)) for i in range(all_of_them.len)]
    drop(value)
    return names


def _text(text: Any) -> str:
    return "" if text == NULL else os.fsdecode(ffi.string(text))


def passwd(value: Any, drop: Any) -> pwd.struct_passwd:
    """A struct passwd, as the module pwd has it."""
    user = ffi.cast("struct passwd *", value)
    found = pwd.struct_passwd(
        (
            _text(user.pw_name),
            _text(user.pw_passwd),
            user.pw_uid,
            user.pw_gid,
            _text(user.pw_gecos),
            _text(user.pw_dir),
            _text(user.pw_shell),
        )
    )
    drop(value)
    return found


def _texts(array: Any) -> "List[str]":
    found: "List[str]" = []
    while array != NULL and array[len(found)] != NULL:
        found.append(_text(array[len(found)]))
    return found


def group(value: Any, drop: Any) -> grp.struct_group:
    """A struct group, as the module grp has it."""
    it = ffi.cast("struct group *", value)
    found = grp.struct_group(
        (_text(it.gr_name), _text(it.gr_passwd), it.gr_gid, _texts(it.gr_mem))
    )
    drop(value)
    return found


Address = Union[str, bytes, Tuple[str, int], Tuple[str, int, int, int]]


def of_sockaddr(address: Any, length: int) -> "Optional[Address]":
    """An address as the module socket has it; None: it has none."""
    if address == NULL or length < 2:
        return None
    raw = bytes(ffi.buffer(ffi.cast("char *", address), length))
    family = address.sa_family
    if family == socket.AF_INET:
        (port,) = struct.unpack_from("!H", raw, 2)
        return socket.inet_ntop(family, raw[4:8]), port
    if family == socket.AF_INET6:
        port, flow = struct.unpack_from("!HI", raw, 2)
        (scope,) = struct.unpack_from("=I", raw, 24)
        return socket.inet_ntop(family, raw[8:24]), port, flow, scope
    if family == socket.AF_UNIX:
        name = raw[2:]
        return name if name[:1] == b"\0" else os.fsdecode(name.split(b"\0")[0])
    return raw


def sockaddr(value: Any, drop: Any) -> "Optional[Address]":
    """A struct lwt_unix_sockaddr."""
    it = ffi.cast("struct lwt_unix_sockaddr *", value)
    address = of_sockaddr(ffi.cast("struct sockaddr *", ffi.addressof(it, "address")), it.len)
    if drop != NULL:
        drop(value)
    return address


def addrinfo(value: Any, drop: Any) -> "List[Tuple[int, int, int, str, Any]]":
    """A list of struct addrinfo, as socket.getaddrinfo returns it."""
    it = ffi.cast("struct addrinfo *", value)
    found: "List[Tuple[int, int, int, str, Any]]" = []
    while it != NULL:
        address = of_sockaddr(it.ai_addr, it.ai_addrlen)
        name = _text(it.ai_canonname)
        found.append((it.ai_family, it.ai_socktype, it.ai_protocol, name, address))
        it = it.ai_next
    drop(value)
    return found


def name_info(value: Any, drop: Any) -> "Tuple[str, str]":
    """A struct lwt_unix_name_info: host and service."""
    it = ffi.cast("struct lwt_unix_name_info *", value)
    found = _text(it.hostname), _text(it.service)
    drop(value)
    return found


def wait_result(value: Any, drop: Any) -> "Tuple[int, int, Tuple[float, float]]":
    """A struct lwt_unix_wait_result: the child, its status, what it has used."""
    it = ffi.cast("struct lwt_unix_wait_result *", value)
    found = it.pid, it.status, (it.usage.utime, it.usage.stime)
    drop(value)
    return found


def resource_usage(value: Any, drop: Any) -> "Tuple[float, float]":
    """A struct lwt_unix_resource_usage: seconds in its own code, in the system's."""
    it = ffi.cast("struct lwt_unix_resource_usage *", value)
    found = it.utime, it.stime
    drop(value)
    return found
