"""Module Lwt_unix: system calls that do not block. The functions are those of
lwt_unix.h, by the same names without ``lwt_unix_``; what is written here makes
descriptors pleasant."""

from __future__ import annotations

import os
from socket import SOCK_CLOEXEC
from typing import Any, Optional, Tuple, Union

from . import _give, handles, results
from ._library import ffi, lib
from ._promise import Promise
from .calls.unix import *  # noqa: F401,F403
from .calls import unix as _calls

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]


class Fd(handles.Fd):
    """A descriptor, `Lwt_unix.file_descr`. ``async with`` closes it."""

    __slots__ = ()
    c_name = "lwt_unix_fd"

    def read(self, size: int) -> Promise[bytes]:
        """At most so many bytes; none at the end. A read that is cancelled loses
        nothing."""
        return _read(lib.lwt_unix_read, self._ptr, size)

    def pread(self, size: int, offset: int) -> Promise[bytes]:
        """The same from a place of the file."""
        return _read(lib.lwt_unix_pread, self._ptr, size, offset)

    def readinto(self, buffer: Any) -> Promise[int]:
        """Reads into memory of the caller's, and tells how many bytes. An await
        that is cancelled ends when the memory is used no more."""
        return _calls.read(self, buffer)

    def write(self, data: Any) -> Promise[int]:
        """Writes bytes, or the first of them, and tells how many."""
        return _calls.write(self, data)

    def pwrite(self, data: Any, offset: int) -> Promise[int]:
        """The same at a place of the file."""
        return _calls.pwrite(self, data, offset)

    def recv(self, size: int, flags: int = 0) -> Promise[bytes]:
        """At most so many bytes from a socket."""
        return _read(lib.lwt_unix_recv, self._ptr, size, flags)

    def send(self, data: Any, flags: int = 0) -> Promise[int]:
        """Sends bytes through a socket, or the first of them."""
        return _calls.send(self, data, flags)

    def recvfrom(self, size: int, flags: int = 0) -> Promise[Tuple[bytes, Any]]:
        """The same, and the address of who has sent them."""
        buffer, address = ffi.new("char[]", size or 1), _give.address(None)

        def taken(value: Any, drop: Any) -> Tuple[bytes, Any]:
            data = bytes(ffi.buffer(buffer, results.integer(value, drop)))
            return data, results.of_sockaddr(_give.sockaddr(address), address.len)

        asked = lib.lwt_unix_recvfrom(self._ptr, buffer, size, flags, address)
        return _give.promise(asked, taken, buffer, address)

    def sendto(self, data: Any, address: Any, flags: int = 0) -> Promise[int]:
        """Sends a datagram to an address."""
        return _calls.sendto(self, data, flags, address)

    def accept(self) -> Promise["Tuple[Fd, Any]"]:
        """A connection to a socket that listens, and the address of who has made
        it."""
        address = _give.address(None)

        def taken(value: Any, drop: Any) -> "Tuple[Fd, Any]":
            connection = Fd.of_value(value, drop)
            return connection, results.of_sockaddr(_give.sockaddr(address), address.len)

        asked = lib.lwt_unix_accept(self._ptr, address, SOCK_CLOEXEC)
        return _give.promise(asked, taken, address)

    def bind(self, address: Any) -> Promise[None]:
        """Gives a socket its address."""
        return _calls.bind(self, address)

    def listen(self, backlog: int = 128) -> Promise[None]:
        """Has a socket take connections."""
        return _calls.listen(self, backlog)

    def connect(self, address: Any) -> Promise[None]:
        """Connects a socket to an address."""
        return _calls.connect(self, address)

    def getsockname(self) -> Promise[Any]:
        """The address of a socket."""
        return _calls.getsockname(self)

    def close(self) -> Promise[None]:
        """Closes it; whoever waits for it fails with EBADF."""
        return _calls.close(self)

    def fileno(self) -> int:
        """The system's number of it."""
        return _calls.unix_file_descr(self)

    async def __aenter__(self) -> "Fd":
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self.close()


def _read(function: Any, fd: Any, size: int, *rest: int) -> Promise[bytes]:
    if size < 0:
        raise ValueError("a size is not negative")
    buffer = ffi.new("char[]", size or 1)

    def taken(value: Any, drop: Any) -> bytes:
        return bytes(ffi.buffer(buffer, results.integer(value, drop)))

    return _give.promise(function(fd, buffer, size, *rest), taken, buffer)


def open(path: Path, flags: int = os.O_RDONLY, mode: int = 0o666) -> Promise[Fd]:
    """Opens a file, `Lwt_unix.openfile`; it is closed on exec unless it is said
    otherwise by flags of your own."""
    return _calls.openfile(path, flags | os.O_CLOEXEC, mode)  # type: ignore[return-value]


def of_fd(fd: int) -> Fd:  # type: ignore[no-redef]
    """A descriptor of the system's, which is liblwt's from now on."""
    return _calls.of_fd(fd)  # type: ignore[return-value]


def listdir(path: Path = ".") -> Promise["list[str]"]:
    """The names in a directory."""
    return _calls.entries_of_directory(path)


def socket(domain: int, type: int, protocol: int = 0) -> Promise[Fd]:  # type: ignore[no-redef]
    """A socket, closed on exec."""
    return _calls.socket(domain, type | SOCK_CLOEXEC, protocol)  # type: ignore[return-value]


def waitpid(pid: int, flags: int = 0) -> Promise[Any]:  # type: ignore[no-redef]
    """Waits for a child: its number, its status as os.waitpid tells it, and the
    seconds that it has used. (The arguments are in Python's order.)"""
    return _calls.waitpid(flags, pid)


def run_job(job: Any, convert: Optional[results.Convert] = None) -> Promise[Any]:  # type: ignore[no-redef]
    """The promise of a job that a function in C has made and begun: what such a
    function returns, a ``lwt_t *`` of cffi or an address of ctypes. See "Jobs
    written in C" in the README."""
    return Promise(job, convert)
