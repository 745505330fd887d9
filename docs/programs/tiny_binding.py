"""A binding of liblwt for Python's asyncio, as small as one can be."""

import asyncio
import ctypes
import itertools
import os
from ctypes import c_bool, c_char_p, c_double, c_int, c_size_t, c_void_p

# ---- The library's functions. A handle is a number, whatever its type in C.

library = ctypes.CDLL(os.environ.get("LWT_LIBRARY", "liblwt.so.0"))


def declare(name, result, *parameters):
    function = library[name]
    function.restype, function.argtypes = result, parameters
    return function


class Completion(ctypes.Structure):
    _fields_ = [("token", c_void_p), ("value", c_void_p), ("drop", c_void_p), ("exn", c_void_p)]


class String(ctypes.Structure):
    _fields_ = [("len", c_size_t), ("data", c_void_p)]


Call = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p)
Drop = ctypes.CFUNCTYPE(None, c_void_p)

main_fd = declare("lwt_main_fd", c_int)
main_iter = declare("lwt_main_iter", c_int, c_bool)
watch = declare("lwt_binding_watch", c_int, c_void_p, c_void_p, c_void_p)
drain = declare("lwt_binding_drain", c_size_t, c_void_p, c_void_p, c_size_t)
retain = declare("lwt_retain", c_void_p, c_void_p)
release = declare("lwt_release", None, c_void_p)
release_anywhere = declare("lwt_release_anywhere", None, c_void_p)
cancel = declare("lwt_cancel", None, c_void_p)
lwt_bind = declare("lwt_bind", c_void_p, c_void_p, Call, c_void_p, Drop)
lwt_return = declare("lwt_return", c_void_p, c_void_p)
lwt_fail = declare("lwt_fail", c_void_p, c_void_p)
exn_new = declare("lwt_exn_new", c_void_p, c_int, c_char_p)
exn_errno = declare("lwt_exn_errno", c_int, c_void_p)
exn_message = declare("lwt_exn_message", c_char_p, c_void_p)
exn_argument = declare("lwt_exn_argument", c_char_p, c_void_p)
exn_release = declare("lwt_exn_release", None, c_void_p)
sleep = declare("lwt_unix_sleep", c_void_p, c_double)
mkdir = declare("lwt_unix_mkdir", c_void_p, c_char_p, c_int)
open_file = declare("lwt_io_open_file", c_void_p, c_int, c_char_p, c_int, c_int, c_size_t)
read_line = declare("lwt_io_read_line", c_void_p, c_void_p)
INPUT, DEFAULT, FAILURE = 0, -1, 4


# ---- Exceptions: what failed in C is raised as Python would raise it itself.


def exception_of(exn):
    message = exn_message(exn).decode()
    if exn_errno(exn) != 0:
        error = OSError(exn_errno(exn), message, exn_argument(exn).decode())
    else:
        error = RuntimeError(message)
    exn_release(exn)
    return error


# ---- Values: each conversion makes a Python object of a machine word.


class Handle:
    """Owns a handle. Python may collect it at any time, on any thread."""

    def __init__(self, number):
        self._as_parameter_ = number

    def __del__(self):
        release_anywhere(self._as_parameter_)


def nothing(word, drop):
    return None


def number(word, drop):
    return word or 0


def text(word, drop):
    string = String.from_address(word)
    copy = ctypes.string_at(string.data, string.len).decode()
    Drop(drop)(word)
    return copy


def handle(word, drop):
    return Handle(word)


# ---- The loop: asyncio waits for one descriptor more.


class Loop:
    def __init__(self):
        self.key = ctypes.c_char()  # its address is a key that nobody else has
        self.tokens = itertools.count(1)
        self.pending = {}
        self.done = (Completion * 64)()
        asyncio.get_running_loop().add_reader(main_fd(), self.turn)

    def turn(self):
        main_iter(False)
        while n := drain(ctypes.addressof(self.key), self.done, len(self.done)):
            for completion in self.done[:n]:
                self.settle(completion)

    def settle(self, completion):
        future, promise, conversion = self.pending.pop(completion.token)
        release(promise)
        if completion.exn:
            error = exception_of(completion.exn)
            if not future.done():
                future.set_exception(error)
        else:
            value = conversion(completion.value, completion.drop)
            if not future.done():
                future.set_result(value)

    def future(self, promise, conversion=nothing):
        """A future of asyncio's that follows a promise, which it consumes."""
        token = next(self.tokens)
        future = asyncio.get_running_loop().create_future()
        self.pending[token] = future, retain(promise), conversion
        watch(promise, ctypes.addressof(self.key), token)
        future.add_done_callback(lambda f: f.cancelled() and self.cancel(token))
        return future

    def cancel(self, token):
        if token in self.pending:
            cancel(self.pending[token][1])


# ---- Callbacks: one function for all. The environment is a number in a table.

functions = {}
numbers = itertools.count(1)


@Call
def call(value, env):
    try:
        return lwt_return(functions[env](value or 0))
    except Exception as error:  # nothing may be raised through C
        return lwt_fail(exn_new(FAILURE, str(error).encode()))


@Drop
def forget(env):
    del functions[env]


def bind(promise, function):
    env = next(numbers)
    functions[env] = function
    return lwt_bind(promise, call, env, forget)


# ---- A program.


async def main():
    lwt = Loop()
    await lwt.future(sleep(0.01))
    print("slept")

    with open("poem", "w") as file:
        file.write("roses are red\n")
    channel = await lwt.future(open_file(INPUT, b"poem", DEFAULT, DEFAULT, 0), handle)
    print(await lwt.future(read_line(channel), text))

    print(await lwt.future(bind(lwt_return(21), lambda n: 2 * n), number))
    try:
        await lwt.future(mkdir(b"poem", 0o700))
    except FileExistsError as error:
        print(f"{error.strerror}")
    try:
        await asyncio.wait_for(lwt.future(sleep(3600)), 0.01)
    except asyncio.TimeoutError:
        print("too long")
    await lwt.future(sleep(0))  # a turn for what was cancelled
    print(f"{len(lwt.pending)} pending, {len(functions)} functions")


asyncio.run(main())
