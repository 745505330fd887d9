"""Streams are asynchronous iterators; mutexes and mailboxes hand things on."""

import asyncio
import unittest

import lwt

from .house import Case, claim


class Streams(Case):
    @claim
    async def test_what_is_pushed_arrives_in_order_and_none_is_an_element(self):
        stream, push = lwt.stream.create()
        reading = asyncio.ensure_future(stream.to_list())
        for element in (1, None, "a", 0, False):
            push(element)
            await asyncio.sleep(0)
        push.close()
        self.assertEqual([e for e in await reading], [1, None, "a", 0, False])
        with self.assertRaises(lwt.Closed):
            push(1)
        with self.assertRaises(lwt.Empty):
            await stream.next()

    @claim
    async def test_an_iteration_waits_for_what_comes_later(self):
        stream, push = lwt.stream.create()

        async def pushes():
            for number in range(5):
                await lwt.sleep(0.001)
                push(number)
            push.close()

        pushing = asyncio.ensure_future(pushes())
        self.assertEqual([n async for n in stream], list(range(5)))
        await pushing

    @claim
    async def test_a_stream_of_an_iterable_is_asked_when_it_is_read(self):
        asked = []

        def numbers():
            for number in range(100):
                asked.append(number)
                yield number

        stream = lwt.stream.of(numbers())
        self.assertEqual(asked, [])
        self.assertEqual(await stream.nget(2), [0, 1])
        self.assertEqual(asked, [0, 1])

    @claim
    async def test_a_stream_of_an_asynchronous_iterable(self):
        async def numbers():
            for number in range(5):
                await asyncio.sleep(0)
                yield None if number == 3 else number

        self.assertEqual([n async for n in lwt.stream.of(numbers())], [0, 1, 2, None, 4])

    @claim
    async def test_a_source_that_raises_makes_the_read_fail(self):
        async def numbers():
            yield 1
            raise KeyError("source")

        stream = lwt.stream.of(numbers())
        self.assertEqual(await stream.next(), 1)
        with self.assertRaises(KeyError):
            await stream.next()

    @claim
    async def test_map_and_filter_take_functions_and_coroutine_functions(self):
        async def double(number):
            await asyncio.sleep(0)
            return 2 * number

        stream = lwt.stream.of(range(6)).filter(lambda n: n % 2).map(double)
        self.assertEqual(await stream.to_list(), [2, 6, 10])

    @claim
    async def test_a_clone_sees_the_same_elements(self):
        stream, push = lwt.stream.create()
        push("a")
        clone = stream.clone()
        push("b")
        push.close()
        self.assertEqual(await stream.to_list(), ["a", "b"])
        self.assertEqual(len(await clone.to_list()), 2)

    @claim
    async def test_a_bounded_stream_holds_its_writer_up(self):
        stream, push = lwt.stream.create_bounded(1)
        await push.push(1)
        second = push.push(2)
        self.assertFalse(second.done())
        with self.assertRaises(lwt.Full):
            await push.push(3)
        self.assertEqual(await stream.next(), 1)
        await second
        push.close()
        self.assertEqual(await stream.to_list(), [2])

    @claim
    async def test_elements_that_nobody_reads_are_dropped(self):
        stream, push = lwt.stream.create()
        push([1])
        del stream
        push([2])
        push.close()

    @claim
    async def test_a_cancelled_iteration_leaves_the_stream_to_the_next(self):
        stream, push = lwt.stream.create()
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(stream.next(), 0.01)
        push("kept")
        self.assertEqual(await stream.next(), "kept")

    @claim
    async def test_a_mutex_is_handed_on_in_turn(self):
        mutex, order = lwt.Mutex(), []

        async def one(number):
            async with mutex:
                order.append(number)
                await lwt.pause()
                order.append(number)

        await asyncio.gather(*[one(number) for number in range(4)])
        self.assertEqual(order, [0, 0, 1, 1, 2, 2, 3, 3])
        self.assertFalse(mutex.is_locked())

    @claim
    async def test_a_mailbox_and_a_condition_carry_objects(self):
        box = lwt.Mvar()
        taken = asyncio.ensure_future(_await(box.take()))
        await asyncio.sleep(0)
        thing = object()
        await box.put(thing)
        self.assertIs(await taken, thing)
        condition = lwt.Condition()
        waits = condition.wait()
        condition.signal(thing)
        self.assertIs(await waits, thing)

    @claim
    async def test_what_lies_in_a_mailbox_is_dropped_with_it(self):
        box = lwt.Mvar()
        await box.put([1])
        withdrawn = box.put([2])
        withdrawn.cancel()
        self.assertTrue(withdrawn.cancelled())


async def _await(awaitable):
    return await awaitable


if __name__ == "__main__":
    unittest.main()
