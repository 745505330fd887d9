"""lwt.unix: descriptors, files, names, users."""

import os
import socket
import stat
import unittest

import lwt

from .house import Case, claim


class Files(Case):
    @claim
    async def test_a_file_is_written_read_and_told_about(self):
        path = self.path("a file")
        async with await lwt.unix.open(path, os.O_RDWR | os.O_CREAT) as file:
            self.assertEqual(await file.write(b"some bytes"), 10)
            self.assertEqual(await file.pread(5, 5), b"bytes")
            self.assertEqual(await lwt.unix.lseek(file, 2, os.SEEK_SET), 2)
            self.assertEqual(await file.read(100), b"me bytes")
            self.assertEqual(await file.read(100), b"")
            memory = bytearray(4)
            self.assertEqual(await lwt.unix.pread(file, memory, 0), 4)
            self.assertEqual(memory, b"some")
            self.assertGreater(file.fileno(), 2)
        with self.assertRaises(OSError):
            await file.read(1)
        ours, theirs = await lwt.unix.stat(path), os.stat(path)
        self.assertEqual(ours, theirs)
        for name in dir(theirs):
            if name.startswith("st_") and name != "st_birthtime":
                self.assertEqual(getattr(ours, name), getattr(theirs, name), name)

    @claim
    async def test_directories_and_links(self):
        await lwt.unix.mkdir(self.path("d"), 0o700)
        await lwt.unix.symlink("d", self.path("link"))
        self.assertEqual(await lwt.unix.readlink(self.path("link")), "d")
        self.assertTrue(stat.S_ISLNK((await lwt.unix.lstat(self.path("link"))).st_mode))
        self.assertEqual(sorted(await lwt.unix.listdir(self.folder)), ["d", "link"])
        names = [name async for name in lwt.unix.files_of_directory(self.folder)]
        self.assertEqual(sorted(names), [".", "..", "d", "link"])
        directory = await lwt.unix.opendir(self.folder)
        self.assertEqual(len(await lwt.unix.readdir_n(directory, 10)), 4)
        with self.assertRaises(EOFError):
            await lwt.unix.readdir(directory)
        await lwt.unix.closedir(directory)
        self.assertIs(await lwt.unix.file_exists(self.path("d")), True)
        self.assertIs(await lwt.unix.file_exists(self.path("nothing")), False)

    @claim
    async def test_names_that_are_no_utf8_come_back_as_they_went(self):
        name = os.fsdecode(b"\xff\xfe")
        await lwt.unix.mkdir(os.path.join(self.folder, name), 0o700)
        self.assertEqual(await lwt.unix.listdir(os.fsencode(self.folder)), [name])

    @claim
    async def test_users_and_groups_are_those_of_pwd_and_grp(self):
        import grp
        import pwd

        self.assertEqual(await lwt.unix.getpwuid(os.getuid()), pwd.getpwuid(os.getuid()))
        self.assertEqual(await lwt.unix.getgrgid(os.getgid()), grp.getgrgid(os.getgid()))
        with self.assertRaises(lwt.NotFound):
            await lwt.unix.getpwnam("nobody has such a name")

    @claim
    async def test_addresses_are_those_of_the_module_socket(self):
        found = await lwt.unix.getaddrinfo("127.0.0.1", "80", None)
        self.assertEqual(
            sorted(found), sorted(socket.getaddrinfo("127.0.0.1", "80", 0, 0, 0, 0))
        )
        for domain, address in [
            (socket.AF_INET, ("127.0.0.1", 0)),
            (socket.AF_UNIX, self.path("socket")),
        ]:
            async with await lwt.unix.socket(domain, socket.SOCK_STREAM) as one:
                await lwt.unix.bind(one, address)
                name = await lwt.unix.getsockname(one)
                if domain == socket.AF_UNIX:
                    self.assertEqual(name, address)
                else:
                    self.assertEqual(name[0], "127.0.0.1")
                    self.assertGreater(name[1], 0)

    @claim
    async def test_a_pair_of_sockets_talks(self):
        one, other = await lwt.unix.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0)
        read = other.recv(10)
        self.assertFalse(read.done())
        self.assertEqual(await one.send("héllo"), 6)
        self.assertEqual(await read, "héllo".encode())
        await lwt.all(one.close(), other.close())

    @claim
    async def test_sockets_accept_and_tell_who_is_there(self):
        listening = await lwt.unix.socket(socket.AF_INET, socket.SOCK_STREAM)
        await listening.bind(("127.0.0.1", 0))
        await listening.listen()
        accepted = listening.accept()
        client = await lwt.unix.socket(socket.AF_INET, socket.SOCK_STREAM)
        await client.connect(await listening.getsockname())
        served, address = await accepted
        self.assertEqual(address, await client.getsockname())
        await client.send(b"hello")
        self.assertEqual(await served.recv(10), b"hello")
        one, other = [
            await lwt.unix.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)
        ]
        await one.bind(("127.0.0.1", 0))
        await other.bind(("127.0.0.1", 0))
        received = other.recvfrom(100)
        await one.sendto(b"datagram", await other.getsockname())
        self.assertEqual(await received, (b"datagram", await one.getsockname()))
        for fd in (listening, client, served, one, other):
            await fd.close()

    @claim
    async def test_a_child_is_waited_for(self):
        pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], {})
        found, status, (user, system) = await lwt.unix.waitpid(pid)
        self.assertEqual((found, os.WEXITSTATUS(status)), (pid, 3))
        self.assertGreaterEqual(user + system, 0.0)


if __name__ == "__main__":
    unittest.main()
