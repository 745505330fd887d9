"""Failures are exceptions, and exceptions failures."""

import asyncio
import os
import subprocess
import sys
import unittest

import lwt
from lwt import errors

from .house import Case, claim


class Errors(Case):
    @claim
    async def test_a_unix_error_is_the_os_error_of_its_errno(self):
        with self.assertRaises(FileNotFoundError) as caught:
            await lwt.unix.openfile("/no/such/file", os.O_RDONLY, 0)
        error = caught.exception
        self.assertIsInstance(error, lwt.UnixError)
        self.assertEqual((error.errno, error.filename), (2, "/no/such/file"))
        self.assertEqual(error.function, "open")
        self.assertEqual(str(error), "[Errno 2] No such file or directory: '/no/such/file'")
        with self.assertRaises(FileExistsError):
            await lwt.unix.mkdir(self.folder, 0o700)
        with self.assertRaises(NotADirectoryError):
            await lwt.unix.opendir("/dev/null")

    @claim
    async def test_an_errno_without_a_class_of_its_own_is_a_unix_error(self):
        with self.assertRaises(lwt.UnixError) as caught:
            await lwt.unix.rmdir("/proc/self/fd/.")
        self.assertIs(type(caught.exception).__mro__[1], OSError)

    @claim
    async def test_each_kind_has_its_class(self):
        for name, base in [
            ("InvalidArgument", ValueError),
            ("NotFound", LookupError),
            ("EndOfFile", EOFError),
            ("Timeout", TimeoutError),
            ("Timeout", asyncio.TimeoutError),
            ("OutOfMemory", MemoryError),
            ("NotAvailable", NotImplementedError),
        ]:
            cls = getattr(lwt, name)
            self.assertTrue(issubclass(cls, base))
            with self.assertRaises(cls) as caught:
                await lwt.Promise(lwt.lib.lwt_fail(lwt.lib.lwt_exn_new(cls.kind, b"why")))
            self.assertEqual((caught.exception.kind, str(caught.exception)), (cls.kind, "why"))

    @claim
    async def test_a_python_exception_comes_out_as_the_same_object(self):
        class Mine(Exception):
            pass

        mine = Mine("here")

        async def fails():
            raise mine

        with self.assertRaises(Mine) as caught:
            await lwt.all(lwt.from_awaitable(fails()), lwt.sleep(0.001))
        self.assertIs(caught.exception, mine)

    @claim
    async def test_what_a_callback_raises_the_promise_fails_with(self):
        from lwt.calls import mutex

        def fails():
            raise KeyError("missing")

        with self.assertRaises(KeyError):
            await mutex.with_lock(lwt.Mutex(), fails)

    @claim
    async def test_failures_of_liblwt_keep_their_kind_through_python(self):
        async def fails():
            await lwt.unix.stat("/no/such/file")

        seen = []
        promise = lwt.from_awaitable(fails())

        @lwt.ffi.callback("lwt_exn_hook_fn")
        def on_failure(exn, env):
            seen.append((lwt.lib.lwt_exn_kind(exn), lwt.lib.lwt_exn_errno(exn)))

        lwt.lib.lwt_on_failure(promise._ptr, on_failure, lwt.ffi.NULL, lwt.ffi.NULL)
        with self.assertRaises(FileNotFoundError):
            await promise
        self.assertEqual(seen, [(errors.UNIX_ERROR, 2)])

    @claim
    async def test_a_released_handle_is_an_error_and_no_crash(self):
        held = lwt.Mutex()
        held.release()
        with self.assertRaises(lwt.InvalidArgument):
            await held.lock()
        with self.assertRaises(lwt.InvalidArgument):
            held.unlock()

    @claim
    async def test_wrong_arguments_are_refused_before_anything_is_done(self):
        with self.assertRaises(ValueError):
            lwt.unix.stat("a\0b")
        with self.assertRaises(TypeError):
            lwt.unix.stat(5)
        with self.assertRaises(ValueError):
            lwt.io.serve(("no digits", 80), None)

    def test_what_nobody_handles_goes_to_the_exception_handler_of_the_loop(self):
        seen = []

        async def main():
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda loop, context: seen.append(context["exception"]))
            lwt.lib.lwt_ignore_result(lwt.failed(KeyError("nobody")).give())
            late, wakener = lwt.task()
            lwt.lib.lwt_ignore_result(late.give())
            wakener.fail(KeyError("later"))
            await lwt.sleep(0.001)

        lwt.run(main())
        self.assertEqual([str(error) for error in seen], ["'nobody'", "'later'"])

    def test_the_backtrace_is_there_when_debugging_is_on(self):
        code = (
            "import lwt\n"
            "async def main():\n"
            "    try: await lwt.unix.stat('/no/such/file')\n"
            "    except OSError as e: print('raised' in e.backtrace)\n"
            "lwt.run(main())\n"
        )
        found = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "LWT_DEBUG": "1"},
            capture_output=True,
            text=True,
        )
        self.assertEqual((found.stdout, found.stderr), ("True\n", ""))


if __name__ == "__main__":
    unittest.main()
