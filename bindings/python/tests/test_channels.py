"""lwt.io and lwt.process: channels, connections, servers, children."""

import asyncio
import os
import signal
import unittest

import lwt

from .house import Case, claim


class Channels(Case):
    @claim
    async def test_a_file_is_written_and_read_by_lines(self):
        path = self.path("lines")
        async with await lwt.io.open(path, "w") as out:
            for number in range(1000):
                await out.write_line(f"line é {number}")
        async with await lwt.io.open(path) as lines:
            found = [line async for line in lines]
        self.assertEqual(found, [f"line é {number}" for number in range(1000)])
        async with await lwt.io.open(path, "ab") as out:
            out.write(b"last \xff")
        async with await lwt.io.open(path, "rb") as lines:
            self.assertEqual(await lines.read_line(), "line é 0".encode())
            self.assertTrue((await lines.read()).endswith(b"\nlast \xff"))
            with self.assertRaises(EOFError):
                await lines.read_line()
        with self.assertRaises(FileExistsError):
            await lwt.io.open(path, "x")
        with self.assertRaises(ValueError):
            lwt.io.open(path, "rw")

    @claim
    async def test_every_number_of_the_c_interface_goes_through_a_channel(self):
        reader, writer = await lwt.io.pipe()
        lwt.io.write_int(writer, -5)
        lwt.io.le_write_int16(writer, -300)
        lwt.io.be_write_float64(writer, 1.25)
        lwt.io.write_float32(writer, -0.5)
        self.assertEqual(await lwt.io.read_int(reader), -5)
        self.assertEqual(await lwt.io.le_read_int16(reader), -300)
        self.assertEqual(await lwt.io.be_read_float64(reader), 1.25)
        self.assertEqual(await lwt.io.read_float32(reader), -0.5)
        await lwt.all(writer.close(), reader.close())

    @claim
    async def test_a_server_serves_clients_side_by_side(self):
        async def shout(peer, input, output):
            async for line in input:
                await output.write_line(line.upper())

        async def client(address, name):
            input, output = await lwt.io.connect(*address, encoding="utf-8")
            found = []
            for number in range(5):
                await output.write_line(f"{name} {number}")
                found.append(await input.read_line())
            await output.close()
            return found

        async with await lwt.io.serve(("127.0.0.1", 0), shout, "utf-8") as server:
            found = await asyncio.gather(*[client(server.address, f"c{n}") for n in range(8)])
        self.assertEqual(found, [[f"C{n} {i}" for i in range(5)] for n in range(8)])

    @claim
    async def test_a_server_at_a_path_is_reached_by_the_path(self):
        path = self.path("socket")
        peers = []

        async def greet(peer, input, output):
            peers.append(peer)
            await output.write("hello")

        async with await lwt.io.serve(path, greet, "utf-8") as server:
            self.assertEqual(server.address, path)
            input, output = await lwt.io.connect(path, encoding="utf-8")
            self.assertEqual(await input.read(), "hello")
            await output.close()
        self.assertFalse(os.path.exists(path))
        self.assertEqual(len(peers), 1)

    @claim
    async def test_a_refused_connection_is_a_connection_refused_error(self):
        async with await lwt.io.serve(("127.0.0.1", 0), lambda *_: None) as server:
            address = server.address
        with self.assertRaises(ConnectionRefusedError):
            await lwt.io.connect(address)

    @claim
    async def test_children_run_and_talk(self):
        self.assertEqual(await lwt.process.run(["sh", "-c", "exit 7"]), 7)
        self.assertEqual(await lwt.process.run(["no such program"]), 127)
        self.assertEqual(await lwt.process.run("kill -9 $$"), -signal.SIGKILL)
        self.assertEqual(await lwt.process.run(["sleep", "60"], timeout=0.01), -signal.SIGKILL)
        self.assertEqual(await lwt.process.read("sort", "b\na\n"), "a\nb\n")
        found = await lwt.process.read("echo $A; pwd", cwd="/", env={"A": "b"})
        self.assertEqual(found, "b\n/\n")
        self.assertEqual([line async for line in lwt.process.lines("seq 3")], ["1", "2", "3"])

    @claim
    async def test_a_child_with_channels_is_talked_to(self):
        async with await lwt.process.open("cat; echo error >&2; exit 5") as child:
            await child.stdin.write(b"input")
            await child.stdin.close()
            self.assertEqual(await child.stdout.read(), b"input")
            self.assertEqual(await child.stderr.read(), b"error\n")
            self.assertEqual(await child.wait(), 5)
        async with await lwt.process.open(["sleep", "60"]) as child:
            await child.kill(signal.SIGTERM)
            self.assertEqual(await child.wait(), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
