"""A binding of liblwt to Python's asyncio, by ctypes: the one that the guide's chapter
"Writing a binding" walks through. (The binding to use is bindings/python.)"""

import asyncio
import ctypes
import itertools
import weakref
from ctypes import CFUNCTYPE, POINTER, byref, c_bool, c_char_p, c_double, c_int, c_size_t, c_void_p

# ---- declarations: what lwt-api.json says of the functions that are bound
lwt = ctypes.CDLL("liblwt.so.0")
Bind = CFUNCTYPE(c_void_p, c_void_p, c_void_p)
Drop = CFUNCTYPE(None, c_void_p)


class Completion(ctypes.Structure):
    _fields_ = [("token", c_void_p), ("value", c_void_p), ("drop", c_void_p), ("exn", c_void_p)]


def function(name, result, *arguments):
    found = getattr(lwt, name)
    found.restype, found.argtypes = result, arguments
    return found


main_fd = function("lwt_main_fd", c_int)
main_iter = function("lwt_main_iter", c_int, c_bool)
watch = function("lwt_binding_watch", c_int, c_void_p, c_void_p, c_void_p)
drain = function("lwt_binding_drain", c_size_t, c_void_p, POINTER(Completion), c_size_t)
release_anywhere = function("lwt_release_anywhere", None, c_void_p)
retain = function("lwt_retain", c_void_p, c_void_p)
cancel = function("lwt_cancel", None, c_void_p)
bind = function("lwt_bind", c_void_p, c_void_p, Bind, c_void_p, Drop)
fail = function("lwt_fail", c_void_p, c_void_p)
exn_new = function("lwt_exn_new", c_void_p, c_int, c_char_p)
exn_kind = function("lwt_exn_kind", c_int, c_void_p)
exn_errno = function("lwt_exn_errno", c_int, c_void_p)
exn_message = function("lwt_exn_message", c_char_p, c_void_p)
exn_release = function("lwt_exn_release", None, c_void_p)
unix_sleep = function("lwt_unix_sleep", c_void_p, c_double)
unix_mkdir = function("lwt_unix_mkdir", c_void_p, c_char_p, c_int)
CANCELED, FAILURE, UNIX_ERROR = 1, 4, 6


# ---- errors: an exception of the library's is one of Python's
class Error(Exception):
    """What the library failed with, where Python has no exception of its own."""


def exception(exn):
    kind, message = exn_kind(exn), exn_message(exn).decode()
    errno = exn_errno(exn)
    exn_release(exn)
    if kind == CANCELED:
        return asyncio.CancelledError()
    return OSError(errno, message) if kind == UNIX_ERROR else Error(message)


# ---- handles: an object has a reference, and its finaliser gives that up
class Promise:
    """A promise. `await` waits for it, and cancelling the task that waits cancels it."""

    def __init__(self, handle):
        self.handle = handle
        weakref.finalize(self, release_anywhere, handle)

    def __await__(self):
        return loop().future(self).__await__()

    def then(self, f):
        """The promise of what f returns, another promise: lwt_bind."""
        return Promise(bind(retain(self.handle), call, keep(f), forget))


# ---- the loop: asyncio's drives ours, and what has been completed is drained
class Loop:
    KEY = id(Promise)  # an address that is ours

    def __init__(self):
        self.tokens, self.futures = itertools.count(1), {}
        self.completions = (Completion * 64)()
        self.asyncio = asyncio.get_running_loop()
        self.asyncio.add_reader(main_fd(), self.turn)

    def turn(self):
        main_iter(False)
        count = len(self.completions)
        while count == len(self.completions):
            count = drain(self.KEY, self.completions, count)
            for done in self.completions[:count]:
                self.settle(done)

    def settle(self, done):
        future = self.futures.pop(done.token)
        failure = exception(done.exn) if done.exn else None
        value = done.value or 0
        if done.drop:  # of a sort that nothing here knows
            value = Drop(done.drop)(value)
        if future.cancelled():
            pass
        elif isinstance(failure, asyncio.CancelledError):
            future.cancel()
        elif failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(value)

    def future(self, promise):
        token, future = next(self.tokens), self.asyncio.create_future()
        self.futures[token] = future
        future.add_done_callback(lambda f: f.cancelled() and cancel(promise.handle))
        watch(retain(promise.handle), self.KEY, token)
        return future


def loop(known=weakref.WeakKeyDictionary()):
    running = asyncio.get_running_loop()
    if running not in known:
        known[running] = Loop()
    return known[running]


# ---- callbacks: one function of C's for all, and the number of what it is to call
kept, numbers = {}, itertools.count(1)


def keep(f):
    number = next(numbers)
    kept[number] = f
    return number


@Bind
def call(value, number):
    try:
        return retain(kept[number](value or 0).handle)
    except BaseException as error:  # nothing passes through C
        return fail(exn_new(FAILURE, repr(error).encode()))


@Drop
def forget(number):
    del kept[number]


# ---- what is bound, and a program
def sleep(seconds):
    return Promise(unix_sleep(seconds))


def mkdir(path):
    return Promise(unix_mkdir(path.encode(), 0o700))


async def main():
    await asyncio.gather(sleep(0.05), sleep(0.05), asyncio.sleep(0.05))
    print("slept, three times at once")
    try:
        await mkdir("/")
    except FileExistsError as error:
        print(error.strerror)
    try:
        await sleep(0.01).then(lambda value: 1 / 0)
    except Error as error:
        print(error)
    try:
        await asyncio.wait_for(sleep(3600), 0.01)
    except asyncio.TimeoutError:
        print("too long")


if __name__ == "__main__":
    asyncio.run(main())
    assert not kept, "a callback was never forgotten"
