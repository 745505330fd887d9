"""liblwt for Python: Lwt's promises on asyncio.

    import lwt

    async def main():
        await lwt.sleep(0.1)
        names = await lwt.unix.listdir("/etc")
        async with await lwt.io.open("/etc/passwd") as channel:
            async for line in channel:
                print(line)

    lwt.run(main())

Promise is awaitable, and from_awaitable makes a promise of what asyncio awaits.
unix, io, process, stream and sync are written for Python; calls has every
function of the C library.
"""

from ._library import ffi, lib  # noqa: I001  (the library is opened first)
from . import handles, results
from .errors import (
    Abandoned,
    AssertFailed,
    Closed,
    Empty,
    EndOfFile,
    Error,
    Failure,
    Forked,
    Full,
    Interrupt,
    InvalidArgument,
    LoggerClosed,
    NotAvailable,
    NotFound,
    Off,
    OutOfMemory,
    SSLError,
    Stalled,
    Timeout,
    UnixError,
    WrongThread,
)
from ._promise import Promise, Wakener, failed, from_awaitable, returned, task, wait
from ._combine import all, any, choose, join, pause, pick, sleep, with_timeout
from ._loop import attach, run
from . import errors, io, process, ssl, stream, sync, unix
from .io import Channel, Server
from .process import Process
from .stream import Stream
from .sync import Condition, Mutex, Mvar
from .unix import Fd

__version__ = "0.1.0"

__all__ = [
    "Abandoned",
    "AssertFailed",
    "Channel",
    "Closed",
    "Condition",
    "Empty",
    "EndOfFile",
    "Error",
    "Failure",
    "Fd",
    "Forked",
    "Full",
    "Interrupt",
    "InvalidArgument",
    "LoggerClosed",
    "Mutex",
    "Mvar",
    "NotAvailable",
    "NotFound",
    "Off",
    "OutOfMemory",
    "Process",
    "Promise",
    "SSLError",
    "Server",
    "Stalled",
    "Stream",
    "Timeout",
    "UnixError",
    "Wakener",
    "WrongThread",
    "all",
    "any",
    "attach",
    "choose",
    "errors",
    "failed",
    "ffi",
    "from_awaitable",
    "handles",
    "io",
    "join",
    "lib",
    "pause",
    "pick",
    "process",
    "results",
    "returned",
    "run",
    "sleep",
    "ssl",
    "stream",
    "sync",
    "task",
    "unix",
    "wait",
    "with_timeout",
]
