"""Module Lwt_process: child processes with channels. A command is a line for the
shell, or a list of the program and its arguments. The functions are those of
lwt_process.h; what is written here makes processes pleasant.

    print(await lwt.process.read(["uname", "-r"]))
"""

from __future__ import annotations

import os
from typing import Any, Optional

from . import _give, handles, results
from ._give import Command
from ._library import ffi, lib
from ._promise import Promise
from .calls.process import *  # noqa: F401,F403
from .calls import process as _calls
from .io import Channel


def _returned(value: Any, drop: Any) -> int:
    status = results.integer(value, drop)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)


class _Options:
    """The options of a process, and what keeps them alive during a call."""

    def __init__(self, cwd: Any, env: Any, timeout: float) -> None:
        self.it = ffi.new("struct lwt_process_options *")
        self.it.size = ffi.sizeof(self.it[0])
        self.it.timeout = timeout
        self.kept = []
        if cwd is not None:
            self.it.cwd = place = _give.lent(cwd)
            self.kept.append(place)
        if env is not None:
            pairs = [os.fsencode(name) + b"=" + os.fsencode(env[name]) for name in env]
            self.it.env, texts = array = _give.texts(pairs)
            self.kept.append((array, texts))


class Process(handles.Process):
    """A process that runs; ``async with`` closes its channels and waits for its
    end."""

    __slots__ = ("_stdin", "_stdout", "_stderr")
    c_name = "lwt_process"

    def __init__(self, ptr: Any) -> None:
        super().__init__(ptr)
        self._stdin: Optional[Channel] = None
        self._stdout: Optional[Channel] = None
        self._stderr: Optional[Channel] = None

    @property
    def pid(self) -> int:
        """Its number."""
        return _calls.pid(self)

    @property
    def stdin(self) -> Channel:
        """The channel to its standard input."""
        if self._stdin is None:
            self._stdin = Channel(lib.lwt_process_stdin(self._ptr))
        return self._stdin

    @property
    def stdout(self) -> Channel:
        """The channel from its standard output."""
        if self._stdout is None:
            self._stdout = Channel(lib.lwt_process_stdout(self._ptr))
        return self._stdout

    @property
    def stderr(self) -> Channel:
        """The channel from its standard error."""
        if self._stderr is None:
            self._stderr = Channel(lib.lwt_process_stderr(self._ptr))
        return self._stderr

    def wait(self) -> Promise[int]:
        """Waits for its end: what it returned, or, negative, the signal that has
        ended it."""
        return Promise(lib.lwt_process_status(self._ptr), _returned)

    def kill(self, signum: int) -> Promise[None]:
        """Sends it a signal."""
        return _calls.kill(self, signum)

    def terminate(self) -> Promise[None]:
        """Kills it."""
        return _calls.terminate(self)

    def close(self) -> Promise[int]:
        """Closes its channels and waits for its end, as wait."""
        return Promise(lib.lwt_process_close(self._ptr), _returned)

    async def __aenter__(self) -> "Process":
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self.close()


def open(command: Command, *, cwd: Any = None, env: Any = None) -> Promise[Process]:
    """Starts a program with channels to its standard input and from its output and
    error."""
    whole, options = _give.command(command), _Options(cwd, env, 0.0)
    started = lib.lwt_process_open_process_full(whole[0][0], options.it)
    return Promise(started, Process.of_value)


def run(
    command: Command, *, cwd: Any = None, env: Any = None, timeout: float = 0.0
) -> Promise[int]:
    """Runs a program and waits for its end: what it returned, or, negative, the
    signal that has ended it. After ``timeout`` seconds it is killed."""
    whole, options = _give.command(command), _Options(cwd, env, timeout)
    return Promise(lib.lwt_process_exec(whole[0][0], options.it), _returned)


def read(
    command: Command,
    input: Any = None,
    *,
    cwd: Any = None,
    env: Any = None,
    timeout: float = 0.0,
) -> Promise[str]:
    """What a program writes to its standard output; ``input`` is what it reads."""
    whole, options = _give.command(command), _Options(cwd, env, timeout)
    if input is None:
        return Promise(lib.lwt_process_pread(whole[0][0], options.it), results.text)
    data = _give.readable(input)
    return _give.promise(
        lib.lwt_process_pmap(whole[0][0], options.it, data, len(data)), results.text, data
    )


def lines(command: Command, *, cwd: Any = None, env: Any = None) -> Any:
    """The lines that a program writes to its standard output, as a stream."""
    from .stream import Stream

    whole, options = _give.command(command), _Options(cwd, env, 0.0)
    made: "Stream[str]" = Stream(lib.lwt_process_pread_lines(whole[0][0], options.it))
    return made.of(results.text)
