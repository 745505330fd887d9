"""Promises are awaitable in asyncio, and asyncio's awaitables are promises."""

import asyncio
import threading
import unittest

import lwt
from lwt import _loop

from .house import Case, claim, until


class Promises(Case):
    @claim
    async def test_a_promise_is_awaited_and_gives_its_value(self):
        self.assertIsNone(await lwt.sleep(0.001))
        self.assertEqual(await lwt.unix.getcwd(), __import__("os").getcwd())

    @claim
    async def test_a_promise_may_be_awaited_again_and_by_several_at_once(self):
        promise, wakener = lwt.wait()

        async def one():
            return await promise

        both = asyncio.gather(one(), one())
        await asyncio.sleep(0)
        wakener.wakeup([1])
        first, second = await both
        self.assertIs(first, second)
        self.assertIs(await promise, first)

    @claim
    async def test_a_resolved_promise_is_awaited_without_leaving_the_task(self):
        steps = []
        asyncio.get_running_loop().call_soon(steps.append, "the loop had a turn")
        self.assertEqual(await lwt.returned(5), 5)
        self.assertEqual(steps, [])

    @claim
    async def test_asyncio_gathers_and_wraps_promises(self):
        task = asyncio.ensure_future(lwt.sleep(0.001))
        self.assertEqual(
            await asyncio.gather(lwt.returned(1), lwt.sleep(0.001), task), [1, None, None]
        )

    @claim
    async def test_a_coroutine_is_a_promise(self):
        async def coroutine():
            await asyncio.sleep(0.001)
            return {"a": "value"}

        promise = lwt.from_awaitable(coroutine())
        self.assertFalse(promise.done())
        self.assertEqual(await promise, {"a": "value"})
        self.assertTrue(promise.done())

    @claim
    async def test_a_callback_of_c_may_be_a_coroutine_function(self):
        from lwt.calls import mutex

        held = lwt.Mutex()

        async def inside():
            await asyncio.sleep(0.001)
            return held.is_locked()

        self.assertIs(await mutex.with_lock(held, inside), True)
        self.assertFalse(held.is_locked())

    @claim
    async def test_values_come_back_as_they_went(self):
        for value in (None, 0, 1, -1, 2**70, True, "text", b"", 1.5, [], object()):
            returned = await lwt.from_awaitable(lwt.returned(value))
            self.assertIs(returned, value)
            promise, wakener = lwt.task()
            wakener.wakeup(value)
            self.assertIs(await promise, value)

    @claim
    async def test_all_waits_for_promises_and_coroutines_of_every_sort(self):
        values = await lwt.all(
            lwt.sleep(0.001), asyncio.sleep(0.001, "b"), lwt.unix.getcwd(), lwt.returned(3)
        )
        self.assertEqual(values, [None, "b", __import__("os").getcwd(), 3])
        self.assertEqual(await lwt.all(), [])

    @claim
    async def test_what_all_waits_for_may_be_awaited_beside(self):
        first, wakener = lwt.task()
        stat = lwt.unix.stat("/")
        both = lwt.all(first, stat)
        value = object()
        wakener.wakeup(value)
        self.assertIs(await first, value)
        found = await both
        self.assertIs(found[0], value)
        self.assertEqual(found[1], await stat)

    @claim
    async def test_pick_cancels_the_slower_and_choose_does_not(self):
        slow, fast = lwt.sleep(3600), lwt.unix.stat("/")
        self.assertTrue((await lwt.pick(slow, fast)).st_mode)
        self.assertTrue(slow.cancelled())
        slow = lwt.sleep(3600)
        self.assertEqual(await lwt.choose(slow, lwt.returned(1)), 1)
        self.assertFalse(slow.done())
        slow.cancel()

    @claim
    async def test_an_unused_wakener_that_is_collected_leaves_no_trace(self):
        promise, wakener = lwt.task()
        del wakener
        self.assertFalse(promise.done())

    @claim
    async def test_awaiting_what_nothing_can_resolve_any_more_fails(self):
        promise, wakener = lwt.task()
        before = _loop.watched()
        waiting = asyncio.ensure_future(asyncio.wait_for(promise, 60))
        await until(lambda: _loop.watched() > before)
        del wakener
        with self.assertRaises(lwt.Abandoned):
            await waiting

    @claim
    async def test_a_wakener_is_spent_once(self):
        promise, wakener = lwt.task()
        wakener.wakeup(1)
        with self.assertRaises(lwt.InvalidArgument):
            wakener.wakeup(2)
        self.assertEqual(await promise, 1)

    @claim
    async def test_a_promise_of_another_thread_is_refused(self):
        theirs = []

        def other():
            theirs.append(lwt.sleep(3600))
            made.set()
            ended.wait()

        made, ended = threading.Event(), threading.Event()
        thread = threading.Thread(target=other)
        thread.start()
        await asyncio.get_running_loop().run_in_executor(None, made.wait)
        with self.assertRaises(lwt.WrongThread):
            await theirs[0]
        theirs.clear()
        ended.set()
        await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def test_each_thread_has_an_event_loop_of_its_own(self):
        found = []

        async def main(number):
            await lwt.all(*[lwt.sleep(0.001 * n) for n in range(10)])
            found.append((number, await lwt.process.read(["echo", str(number)])))

        threads = [threading.Thread(target=lambda n=n: lwt.run(main(n))) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(found), [(n, f"{n}\n") for n in range(4)])

    def test_one_event_loop_after_another_drives_the_same_thread(self):
        promise = lwt.sleep(0.02)
        for _ in range(3):
            lwt.run(lwt.sleep(0.001))
        self.assertIsNone(lwt.run(promise))


if __name__ == "__main__":
    unittest.main()
