"""Each thing that the binding can do, again and again, with the collector run at
every step; prints what is left in the end. Run by test_soak.py, in a process of
its own, with debugging on, so that liblwt tells at the end what it still has."""

import asyncio
import gc
import json
import os
import sys
import tempfile
import threading

import lwt
from lwt import _loop, _objects
from lwt.calls import mutex as mutexes


class Steps:
    """An event loop's task that runs the collector at every turn, beside the
    automatic one, which runs at each allocation that it can."""

    def __init__(self):
        self.count = 0

    async def forever(self):
        while True:
            gc.collect()
            self.count += 1
            await asyncio.sleep(0)


class Cycle:
    """Garbage that only the collector finds, with a promise in it."""

    def __init__(self, promise):
        self.promise, self.me = promise, self


async def forgotten():
    """Promises and handles that nobody waits for, in cycles."""
    Cycle(lwt.sleep(3600)).promise.cancel()
    Cycle(lwt.from_awaitable(asyncio.sleep(0)))
    promise, wakener = lwt.task()
    Cycle(promise)
    wakener.wakeup(Cycle([]))
    Cycle(lwt.Mutex())
    Cycle(lwt.stream.create())
    stream, push = lwt.stream.create()
    push(Cycle([]))
    push(None)
    del stream
    push.close()


async def files(folder):
    path = os.path.join(folder, "file")
    async with await lwt.io.open(path, "w") as out:
        for number in range(3):
            out.write_line(str(number))
    async with await lwt.io.open(path) as lines:
        assert [line async for line in lines] == ["0", "1", "2"]
    async with await lwt.unix.open(path) as file:
        memory = bytearray(2)
        assert await file.readinto(memory) == 2 and memory == b"0\n"
        assert await file.read(100) == b"1\n2\n"
    assert (await lwt.unix.stat(path)).st_size == 6
    await lwt.unix.unlink(path)


async def failures():
    for _ in range(2):
        try:
            await lwt.unix.stat("/no/such/file")
        except FileNotFoundError as error:
            Cycle(error)
        try:
            await lwt.failed(KeyError("mine"))
        except KeyError as error:
            Cycle(error)


async def cancelled():
    reader, writer = await lwt.unix.pipe(True)
    box = lwt.Mvar()
    for awaitable in (reader.read(5), lwt.sleep(3600), box.take()):
        try:
            await asyncio.wait_for(awaitable, 0.001)
        except asyncio.TimeoutError:
            pass
    await lwt.all(reader.close(), writer.close())


async def streams():
    async def source():
        for number in range(4):
            await asyncio.sleep(0)
            yield [number]

    doubled = lwt.stream.of(source()).map(lambda one: one * 2)
    assert await doubled.to_list() == [[n, n] for n in range(4)]
    stream, push = lwt.stream.create_bounded(1)
    await push.push(object())
    push.push(object()).cancel()
    await stream.next()


async def callbacks():
    held = lwt.Mutex()

    async def inside():
        await lwt.pause()
        return [held]

    assert (await mutexes.with_lock(held, inside))[0] is held
    assert await lwt.with_timeout(60, inside()) == [held]
    assert len(await lwt.all(inside(), lwt.unix.getcwd(), lwt.pause())) == 3


async def network():
    async def echo(peer, input, output):
        async for line in input:
            await output.write_line(line)

    async with await lwt.io.serve(("127.0.0.1", 0), echo) as server:
        input, output = await lwt.io.connect(*server.address)
        await output.write_line(b"hello")
        assert await input.read_line() == b"hello"
        await output.close()


def elsewhere():
    """A cycle with our promises that another thread's collector finds."""
    thread = threading.Thread(target=gc.collect)
    Cycle(lwt.sleep(3600)).promise.cancel()
    Cycle(lwt.Mutex())
    thread.start()
    thread.join()


async def main(rounds, folder):
    steps = Steps()
    collecting = asyncio.ensure_future(steps.forever())
    for number in range(rounds):
        await asyncio.gather(
            forgotten(), files(folder), failures(), cancelled(), streams(), callbacks()
        )
        if number % 5 == 0:
            await network()
            assert await lwt.process.read(["echo", "hi"]) == "hi\n"
        elsewhere()
    collecting.cancel()
    return steps.count


def left():
    string = lwt.lib.lwt_dump_to_string(1)
    dump = json.loads(lwt.ffi.string(string.data))
    lwt.lib.lwt_string_release(string)
    return dump["pending"]


if __name__ == "__main__":
    gc.set_threshold(1)
    with tempfile.TemporaryDirectory() as place:
        count = lwt.run(main(int(sys.argv[1]), place))
    for _ in range(3):
        gc.collect()
        lwt.lib.lwt_main_iter(False)
    print(json.dumps({
        "steps": count,
        "pending": left(),
        "objects": _objects.count(),
        "waiting": _loop.watched(),
    }))
