"""What the tests share: each claim runs in an event loop of its own, with the
collector forced, and leaves nothing behind in liblwt."""

import asyncio
import functools
import gc
import json
import os
import shutil
import tempfile
import unittest

import lwt
from lwt import _loop, _objects


def pending():
    """How many promises of this thread are pending, as liblwt tells."""
    string = lwt.lib.lwt_dump_to_string(1)
    try:
        return json.loads(lwt.ffi.string(string.data))["pending"]
    finally:
        lwt.lib.lwt_string_release(string)


def claim(test):
    """A test that is a coroutine. Afterwards no object of Python's is kept for
    liblwt, nobody waits, and no promise is pending that was not so before."""

    @functools.wraps(test)
    def run(self):
        before = pending(), _objects.count()
        lwt.run(asyncio.wait_for(test(self), 60))
        for _ in range(3):
            gc.collect()
            lwt.lib.lwt_main_iter(False)
        self.assertEqual(_loop.watched(), 0)
        self.assertEqual((pending(), _objects.count()), before)

    return run


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lwt_python_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        """A path in that folder."""
        return os.path.join(self.folder, name)


async def until(holds, seconds=30.0):
    """Waits until a function says yes."""
    for _ in range(int(seconds / 0.005)):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")
