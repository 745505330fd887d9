"""asyncio.CancelledError goes both ways."""

import asyncio
import os
import unittest

import lwt

from .house import Case, claim, until


class Cancelling(Case):
    @claim
    async def test_cancelling_a_task_cancels_the_promise_that_it_awaits(self):
        promise = lwt.sleep(3600)

        async def waits():
            await promise

        task = asyncio.ensure_future(waits())
        await asyncio.sleep(0)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertTrue(promise.cancelled())

    @claim
    async def test_a_cancelled_promise_raises_cancelled_error(self):
        promise = lwt.sleep(3600)
        asyncio.get_running_loop().call_soon(promise.cancel)
        with self.assertRaises(asyncio.CancelledError):
            await promise

    @claim
    async def test_cancelling_a_promise_of_a_coroutine_cancels_its_task(self):
        seen = []

        async def coroutine():
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise

        promise = lwt.from_awaitable(coroutine())
        await asyncio.sleep(0)
        promise.cancel()
        self.assertTrue(promise.cancelled())
        await until(lambda: seen)

    @claim
    async def test_a_task_that_is_cancelled_makes_a_cancelled_promise(self):
        task = asyncio.ensure_future(asyncio.sleep(3600))
        promise = lwt.from_awaitable(task)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await promise

    @claim
    async def test_wait_for_ends_a_promise_in_time(self):
        promise = lwt.sleep(3600)
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(promise, 0.01)
        self.assertTrue(promise.cancelled())

    @claim
    async def test_with_timeout_ends_a_coroutine_in_time(self):
        ended = []

        async def coroutine():
            try:
                await asyncio.sleep(3600)
            finally:
                ended.append(True)

        with self.assertRaises(TimeoutError) as caught:
            await lwt.with_timeout(0.01, coroutine())
        self.assertIsInstance(caught.exception, lwt.Timeout)
        await until(lambda: ended)

    @claim
    async def test_a_promise_that_can_not_be_cancelled_does_not_hold_up_its_task(self):
        promise, wakener = lwt.wait()
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(promise, 0.01)
        self.assertFalse(promise.done())
        wakener.wakeup("late")
        self.assertEqual(await promise, "late")

    @claim
    async def test_a_cancelled_read_loses_nothing(self):
        reader, writer = await lwt.unix.pipe(True)
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(reader.read(10), 0.01)
        await writer.write(b"kept")
        self.assertEqual(await reader.read(10), b"kept")
        await lwt.all(reader.close(), writer.close())

    @claim
    async def test_a_cancelled_readinto_no_longer_uses_the_memory(self):
        reader, writer = await lwt.unix.pipe(True)
        memory = bytearray(4)
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(reader.readinto(memory), 0.01)
        await writer.write(b"kept")
        self.assertEqual(memory, bytes(4))
        memory.extend(b"it is not held any more")
        self.assertEqual(await reader.read(10), b"kept")
        await lwt.all(reader.close(), writer.close())

    @claim
    async def test_a_forgotten_write_keeps_its_bytes_until_it_is_done(self):
        reader, writer = await lwt.unix.pipe(True)
        data = os.urandom(1 << 20)
        writer.write(bytearray(data))  # more than the pipe holds; nobody awaits it
        found = b""
        while len(found) < 1 << 16:
            found += await reader.read(1 << 16)
        self.assertEqual(found, data[: len(found)])
        await lwt.all(reader.close(), writer.close())


if __name__ == "__main__":
    unittest.main()
