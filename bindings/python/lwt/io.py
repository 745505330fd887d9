"""Module Lwt_io: buffered channels of bytes or text, connections, servers. The
functions are those of lwt_io.h, by the same names without ``lwt_io_``; what is
written here makes channels pleasant.

    channel = await lwt.io.open("/etc/passwd")
    async with channel:
        async for line in channel:
            print(line)
"""

from __future__ import annotations

import os
from typing import Any, AsyncIterator, Awaitable, Callable, Optional, Tuple, Union

from . import _callbacks, _give, handles, results
from ._library import NULL, lib
from ._promise import Promise
from .calls import _trampolines
from .calls.io import *  # noqa: F401,F403
from .calls import io as _calls

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

INPUT = 0
OUTPUT = 1

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_FLAGS = {
    "r": (INPUT, os.O_RDONLY),
    "w": (OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    "a": (OUTPUT, _APPEND),
    "x": (OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_EXCL),
}


class Channel(handles.Channel):
    """A channel: ``async for`` reads its lines, without their ends, ``async with``
    closes it. With an encoding, lines and what is read are text; without one
    they are bytes. What is written may be either, always."""

    __slots__ = ("encoding",)
    c_name = "lwt_io_channel"

    def __init__(self, ptr: Any, encoding: Optional[str] = None) -> None:
        super().__init__(ptr)
        #: "utf-8" or the like; None: bytes.
        self.encoding = encoding

    def _read(self, value: Any, drop: Any) -> Any:
        data = results.data(value, drop)
        return data if self.encoding is None else data.decode(self.encoding)

    def _bytes(self, data: Any) -> Any:
        return data.encode(self.encoding or "utf-8") if isinstance(data, str) else data

    def read_line(self) -> Promise[Any]:
        """The next line, without its end; fails with EndOfFile when there is
        none."""
        return Promise(lib.lwt_io_read_line(self._ptr), self._read)

    def read(self, count: int = -1) -> Promise[Any]:
        """Everything up to the end; or at most so many bytes, and at least one
        unless at the end."""
        if count < 0:
            return Promise(lib.lwt_io_read(self._ptr), self._read)
        return Promise(lib.lwt_io_read_count(self._ptr, count), self._read)

    def readinto(self, buffer: Any) -> Promise[int]:
        """Reads into memory of the caller's, and tells how many bytes."""
        return _calls.read_into(self, buffer)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        line: Promise[Any] = Promise(lib.lwt_io_read_line_opt(self._ptr), results.optional(self._read))
        found = await line
        if found is None:
            raise StopAsyncIteration
        return found

    def write(self, data: Any) -> Promise[None]:
        """Writes bytes or text, all of it. It is copied at once and sent at the
        next pause of the event loop: awaiting it only slows down who writes more
        than can be sent. flush to know that it was sent."""
        return _calls.write(self, self._bytes(data))

    def write_line(self, data: Any) -> Promise[None]:
        """The same, and a newline."""
        return _calls.write_line(self, self._bytes(data))

    def flush(self) -> Promise[None]:
        """Waits until what was written is sent."""
        return _calls.flush(self)

    def close(self) -> Promise[None]:
        """Closes it; one for writing, when what was written is sent."""
        return _calls.close(self)

    def is_closed(self) -> bool:
        """Was it closed?"""
        return _calls.is_closed(self)

    async def __aenter__(self) -> "Channel":
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self.close()


class Server(handles.Server):
    """A server that listens; ``async with`` shuts it down."""

    __slots__ = ()
    c_name = "lwt_io_server"

    @property
    def address(self) -> Any:
        """Where it listens, as the module socket has it."""
        found = _give.address(None)
        lib.lwt_io_server_address(self._ptr, found)
        return results.of_sockaddr(_give.sockaddr(found), found.len)

    def shutdown(self) -> Promise[None]:
        """Stops it: no more clients are accepted, those there are go on."""
        return _calls.shutdown_server(self)

    async def __aenter__(self) -> "Server":
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self.shutdown()


def open(path: Path, mode: str = "r", encoding: Optional[str] = "utf-8") -> Promise[Channel]:
    """Opens a file as the built-in open does: for reading ("r") or for writing
    ("w", "a", "x"), as text, or with a "b" in the mode as bytes."""
    kind, flags = _FLAGS.get(mode.replace("b", "").replace("t", ""), (None, 0))
    if kind is None:
        raise ValueError(f"invalid mode: {mode!r}")
    opened = lib.lwt_io_open_file(kind, _give.text(path), flags | os.O_CLOEXEC, -1, 0)
    return Promise(opened, _channel(None if "b" in mode else encoding))


def _channel(encoding: Optional[str]) -> Callable[[Any, Any], Channel]:
    def made(value: Any, drop: Any) -> Channel:
        channel = Channel.of_value(value, drop)
        channel.encoding = encoding
        return channel

    return made


Ends = Tuple[Channel, Channel]


def pipe(encoding: Optional[str] = None) -> Promise[Ends]:  # type: ignore[no-redef]
    """A pipe: what is written to the second channel is read from the first."""
    ends = results.values(_channel(encoding), _channel(encoding))
    return Promise(lib.lwt_io_pipe(True, 0, 0), ends)


def connect(host: Any, port: Any = None, encoding: Optional[str] = None) -> Promise[Ends]:
    """Connects to a host and port by TCP, looking the name up, or to the socket
    with that path: a channel to read from and one to write to. Close the one
    for writing first."""
    ends = results.values(_channel(encoding), _channel(encoding))
    if port is None:
        address = _give.address(host)
        opened = lib.lwt_io_open_connection(_give.sockaddr(address), address.len, NULL)
    else:
        opened = lib.lwt_io_open_connection_name(_give.text(host), str(port).encode(), NULL)
    return Promise(opened, ends)


Handler = Callable[[Any, Channel, Channel], Awaitable[Any]]


def serve(address: Any, handler: Handler, encoding: Optional[str] = None) -> Promise[Server]:
    """A server at an address, ("127.0.0.1", 0) or a path, that calls
    ``handler(client's address, input, output)`` for each client, whose channels
    are closed when that has returned. What it raises goes to the event loop's
    exception handler."""

    def client(peer: Any, input: Channel, output: Channel) -> Any:
        input.encoding = output.encoding = encoding
        return handler(peer, input, output)

    where = _give.address(address)
    made = lib.lwt_io_establish_server_with_client_address(
        _give.sockaddr(where),
        where.len,
        NULL,
        _trampolines.lwt_io_client_fn(),
        _callbacks.client(client),
        _callbacks.drop,
    )
    return Promise(made, Server.of_value)


def stdin(encoding: Optional[str] = "utf-8") -> Channel:  # type: ignore[no-redef]
    """Standard input."""
    return Channel(lib.lwt_io_channel_retain(lib.lwt_io_stdin()), encoding)


def stdout(encoding: Optional[str] = "utf-8") -> Channel:  # type: ignore[no-redef]
    """Standard output. Not the buffer of sys.stdout: flush that if both are
    used."""
    return Channel(lib.lwt_io_channel_retain(lib.lwt_io_stdout()), encoding)


def stderr(encoding: Optional[str] = "utf-8") -> Channel:  # type: ignore[no-redef]
    """Standard error."""
    return Channel(lib.lwt_io_channel_retain(lib.lwt_io_stderr()), encoding)
