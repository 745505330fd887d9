"""Jobs written in C are awaited from Python, by ctypes and by cffi."""

import asyncio
import ctypes
import os
import shutil
import subprocess
import tempfile
import unittest

import cffi

import lwt

from .house import Case, claim

HERE = os.path.dirname(os.path.abspath(__file__))


def compiled(folder):
    """The library of jobs. It is not linked with liblwt: the one that Python has
    opened is used."""
    flags = subprocess.run(
        ["pkg-config", "--cflags", "lwt"], capture_output=True, text=True, check=True
    )
    library = os.path.join(folder, "libjobs.so")
    source = os.path.join(HERE, "jobs.c")
    command = ["cc", "-std=c99", "-D_GNU_SOURCE", "-shared", "-fPIC", source, "-o", library]
    subprocess.run(command + flags.stdout.split(), check=True)
    return library


def can_compile():
    """Are there a compiler and the headers?"""
    if not (shutil.which("cc") and shutil.which("pkg-config")):
        return False
    return subprocess.run(["pkg-config", "--exists", "lwt"]).returncode == 0


@unittest.skipUnless(can_compile(), "needs a C compiler and pkg-config lwt")
class Jobs(Case):
    @classmethod
    def setUpClass(cls):
        cls.built = tempfile.mkdtemp(prefix="lwt_python_jobs_")
        cls.addClassCleanup(shutil.rmtree, cls.built, ignore_errors=True)
        cls.library = compiled(cls.built)

    def setUp(self):
        super().setUp()
        self.jobs = ctypes.CDLL(self.library)
        self.jobs.make_directory.restype = ctypes.c_void_p
        self.jobs.wait_for_byte.restype = ctypes.c_void_p

    @claim
    async def test_a_job_by_ctypes_is_a_promise(self):
        path = self.path("d")
        job = self.jobs.make_directory(path.encode())
        self.assertIsNone(await lwt.Promise(job, lwt.results.unit))
        self.assertTrue(os.path.isdir(path))
        with self.assertRaises(FileExistsError) as caught:
            await lwt.Promise(self.jobs.make_directory(path.encode()), lwt.results.unit)
        self.assertEqual((caught.exception.function, caught.exception.filename), ("mkdir", path))

    @claim
    async def test_a_job_by_cffi_is_a_promise(self):
        ffi = cffi.FFI()
        ffi.cdef("typedef struct lwt_t lwt_t; lwt_t *make_directory(const char *path);")
        jobs = ffi.dlopen(self.library)
        path = self.path("d")
        await lwt.unix.run_job(jobs.make_directory(path.encode()))
        self.assertTrue(os.path.isdir(path))

    @claim
    async def test_many_jobs_are_under_way_while_asyncio_goes_on(self):
        reader, writer = os.pipe()
        waiting = [lwt.Promise(self.jobs.wait_for_byte(reader), lwt.results.data) for _ in "abcd"]
        await asyncio.sleep(0.01)
        self.assertFalse(any(promise.done() for promise in waiting))
        os.write(writer, b"abcd")
        found = await asyncio.gather(*waiting)
        self.assertEqual(sorted(found), [b"a", b"b", b"c", b"d"])
        os.close(reader)
        os.close(writer)

    @claim
    async def test_a_job_that_is_cancelled_while_it_runs_fails_at_once(self):
        reader, writer = os.pipe()
        job = lwt.Promise(self.jobs.wait_for_byte(reader), lwt.results.data)
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(job, 0.02)
        self.assertTrue(job.cancelled())
        os.write(writer, b"x")
        while lwt.unix.job_count():
            await lwt.sleep(0.001)
        os.close(reader)
        os.close(writer)


if __name__ == "__main__":
    unittest.main()
