#!/usr/bin/env python3
"""What the round trip of an await costs, beside asyncio's own:

    python bench/await.py [ROUNDS]

Each line is the processor time of one await of a thing that is not ready, in
microseconds, on asyncio's event loop and on uvloop's (if that is installed), and
how many times that of an asyncio future the loop resolves in its next turn. Each
loop checks what it was given; the best of five runs counts.
"""

import asyncio
import os
import sys
import tempfile
import time

import lwt

RUNS = 5


async def future(rounds):
    """asyncio's own: a future, resolved by the loop in its next turn."""
    loop, total = asyncio.get_running_loop(), 0
    for number in range(rounds):
        it = loop.create_future()
        loop.call_soon(it.set_result, number)
        total += await it
    return total


async def pause(rounds):
    """A promise that liblwt resolves in its next turn."""
    total = 0
    for number in range(rounds):
        await lwt.pause()
        total += number
    return total


async def wakeup(rounds):
    """A promise that Python resolves, by its wakener, in the loop's next turn."""
    loop, total = asyncio.get_running_loop(), 0
    for number in range(rounds):
        promise, wakener = lwt.task()
        loop.call_soon(wakener.wakeup, number)
        total += await promise
    return total


async def resolved(rounds):
    """A promise that is resolved already."""
    total = 0
    for number in range(rounds):
        total += await lwt.returned(number)
    return total


def stat_size():
    return os.stat("/").st_size


async def thread_stat(rounds):
    """asyncio's way to a blocking call: a thread of its pool."""
    loop, total, size = asyncio.get_running_loop(), 0, stat_size()
    for number in range(rounds // 10):
        assert await loop.run_in_executor(None, stat_size) == size
    for number in range(rounds):
        total += number
    return total


async def job_stat(rounds):
    """liblwt's: a job."""
    total, size = 0, stat_size()
    for number in range(rounds // 10):
        assert (await lwt.unix.stat("/")).st_size == size
    for number in range(rounds):
        total += number
    return total


async def stream_pipe(rounds):
    """asyncio's streams: lines through a connection to ourselves."""
    with tempfile.TemporaryDirectory() as folder:
        return await _streams(os.path.join(folder, "socket"), rounds)


async def _streams(path, rounds):
    gone = asyncio.get_running_loop().create_future()

    async def echo(reader, writer):
        while True:
            line = await reader.readline()
            if not line:
                break
            writer.write(line)
        writer.close()
        gone.set_result(None)

    server = await asyncio.start_unix_server(echo, path)
    reader, writer = await asyncio.open_unix_connection(path)
    total = 0
    for number in range(rounds // 10):
        writer.write(b"%d\n" % number)
        assert await reader.readline() == b"%d\n" % number
    for number in range(rounds):
        total += number
    writer.close()
    await gone
    server.close()
    return total


async def channel_pipe(rounds):
    """liblwt's channels: the same."""

    async def echo(peer, input, output):
        async for line in input:
            output.write_line(line)

    total = 0
    with tempfile.TemporaryDirectory() as folder:
        async with await lwt.io.serve(os.path.join(folder, "socket"), echo) as server:
            input, output = await lwt.io.connect(server.address)
            for number in range(rounds // 10):
                output.write(b"%d\n" % number)
                assert await input.read_line() == b"%d" % number
            await output.close()
    for number in range(rounds):
        total += number
    return total


CASES = [
    ("an asyncio future", future, 1),
    ("lwt.pause", pause, 1),
    ("a promise and its wakener", wakeup, 1),
    ("a resolved promise", resolved, 1),
    ("stat by asyncio's threads", thread_stat, 10),
    ("stat by a job", job_stat, 10),
    ("a line and back, asyncio streams", stream_pipe, 10),
    ("a line and back, lwt channels", channel_pipe, 10),
]


def measured(case, rounds, new_loop):
    """The least time of a round, in microseconds."""
    best = float("inf")
    for _ in range(RUNS):
        loop = new_loop()
        try:
            began = time.process_time()
            total = loop.run_until_complete(case(rounds))
            best = min(best, time.process_time() - began)
            assert total == rounds * (rounds - 1) // 2, "a round was lost"
        finally:
            loop.close()
    return best / rounds * 1e6


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    loops = [("asyncio", asyncio.new_event_loop)]
    try:
        import uvloop

        loops.append(("uvloop", uvloop.new_event_loop))
    except ImportError:
        print("uvloop is not installed")
    for name, new_loop in loops:
        print(f"{name}: microseconds of processor time, times an asyncio future")
        unit = None
        for title, case, fewer in CASES:
            cost = measured(case, rounds, new_loop) * fewer
            unit = unit or cost
            print(f"  {title:34} {cost:8.2f} {cost / unit:6.2f}")


if __name__ == "__main__":
    main()
