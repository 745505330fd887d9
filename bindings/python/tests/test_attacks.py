"""What a program may do that nobody had thought of."""

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
import unittest
import weakref

import lwt
from lwt.calls import io as calls
from lwt.calls import mutex as mutexes
from lwt.calls import preemptive

from .house import Case, claim


class Attacks(Case):
    def test_two_event_loops_take_turns_on_a_thread(self):
        one, other = asyncio.new_event_loop(), asyncio.new_event_loop()

        async def waits(seconds):
            await lwt.sleep(seconds)
            return seconds

        slow = one.create_task(waits(0.05))
        one.run_until_complete(waits(0.001))
        other.run_until_complete(waits(0.001))
        self.assertEqual(one.run_until_complete(asyncio.wait_for(slow, 60)), 0.05)
        self.assertEqual(other.run_until_complete(waits(0.001)), 0.001)
        one.close()
        other.close()

    @claim
    async def test_another_thread_may_look_and_the_promise_stays_its_owners(self):
        promise, wakener = lwt.task()
        wakener.wakeup("value")
        refused = []

        def look():
            for ask in (promise.result, promise.exception, promise.done, promise.cancel):
                try:
                    ask()
                except lwt.WrongThread:
                    refused.append(repr(promise))

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        self.assertEqual(refused, ["<lwt.Promise of another thread>"] * 4)
        self.assertEqual(await promise, "value")

    def test_a_loop_that_was_closed_with_tasks_waiting_is_not_told(self):
        code = (
            "import asyncio, lwt\n"
            "async def waits(): await lwt.sleep(0.01)\n"
            "loop = asyncio.new_event_loop()\n"
            "task = loop.create_task(waits())\n"
            "loop.run_until_complete(asyncio.sleep(0))\n"
            "task._log_destroy_pending = False\n"
            "loop.close()\n"
            "lwt.run(lwt.sleep(0.05))\n"
        )
        self.assertEqual(self.ended(code), (0, "", ""))

    def ended(self, code):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def test_the_interpreter_waits_for_functions_that_workers_run(self):
        code = (
            "import lwt, os, time\n"
            "from lwt.calls import preemptive\n"
            "def slow():\n"
            "    time.sleep(0.2)\n"
            "    os.write(1, b'done\\n')\n"
            "promises = [preemptive.detach(slow) for _ in range(3)]\n"
            "time.sleep(0.05)\n"
        )
        self.assertEqual(self.ended(code), (0, "done\n" * 3, ""))

    def test_a_thread_that_ends_takes_its_awaited_promises_along(self):
        gone = weakref.WeakSet()

        class Seen(lwt.Promise):
            pass

        def other():
            async def main():
                promise = Seen(lwt.lib.lwt_unix_sleep(3600.0))
                gone.add(promise)
                asyncio.ensure_future(_await(promise))
                await asyncio.sleep(0.001)

            loop = asyncio.new_event_loop()
            loop.set_exception_handler(lambda *_: None)
            loop.run_until_complete(main())
            loop.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        for _ in range(200):
            gc.collect()
            if not gone:
                break
            time.sleep(0.01)
        self.assertEqual(len(gone), 0)

    @claim
    async def test_a_refused_waiter_of_another_thread_leaves_the_promise_alone(self):
        promise = lwt.sleep(0.02)
        seen = []

        def other():
            try:
                asyncio.run(_await(promise))
            except lwt.WrongThread as error:
                seen.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        self.assertEqual(len(seen), 1)
        self.assertIsNone(await promise)

    @claim
    async def test_a_worker_runs_a_python_function(self):
        def where():
            return threading.get_ident()

        self.assertNotEqual(await preemptive.detach(where), where())
        with self.assertRaises(ZeroDivisionError):
            await preemptive.detach(lambda: 1 // 0)

    @claim
    async def test_streams_of_python_objects_become_texts_and_bytes_for_c(self):
        path = self.path("lines")
        await calls.lines_to_file(path, ["a", b"b", "é"])
        lines = [line async for line in calls.lines_of_file(path)]
        self.assertEqual(lines, [b"a", b"b", "é".encode()])
        await calls.lines_to_file(path, calls.lines_of_file(path))
        await calls.chars_to_file(path, iter(b"xyz"))
        self.assertEqual([byte async for byte in calls.chars_of_file(path)], list(b"xyz"))
        with self.assertRaises(TypeError):
            await calls.lines_to_file(path, [1])
        with self.assertRaises(TypeError):
            await calls.lines_to_file(path, calls.chars_of_file(path))
        self.assertEqual(os.path.getsize(path), 0)

    @claim
    async def test_a_promise_of_c_that_a_callback_returns_keeps_its_value(self):
        held = lwt.Mutex()
        found = await mutexes.with_lock(held, lambda: lwt.unix.stat("/"))
        self.assertEqual(found, os.stat("/"))
        self.assertEqual(await mutexes.with_lock(held, lwt.unix.getcwd), os.getcwd())

    @claim
    async def test_a_value_that_only_c_knows_is_an_error_and_not_none(self):
        string = lwt.lib.lwt_string_new(b"text", 4)
        drop = lwt.ffi.addressof(lwt.lib, "lwt_string_release")
        owned = lwt.lib.lwt_return_owned(string, lwt.ffi.cast("lwt_drop_fn", drop))
        with self.assertRaises(TypeError):
            await lwt.Promise(owned)


async def _await(awaitable):
    return await awaitable


if __name__ == "__main__":
    unittest.main()
