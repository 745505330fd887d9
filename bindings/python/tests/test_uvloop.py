"""uvloop drives liblwt as asyncio's own event loop does."""

import importlib.util
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))

PROGRAM = """
import asyncio, unittest, uvloop
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
unittest.main(None, argv=["", "tests.test_promises", "tests.test_cancelling",
                          "tests.test_channels", "tests.test_streams"])
"""


@unittest.skipUnless(importlib.util.find_spec("uvloop"), "needs uvloop")
class Uvloop(unittest.TestCase):
    def test_the_same_claims_hold_on_uvloop(self):
        found = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", PROGRAM],
            cwd=os.path.dirname(HERE),
            capture_output=True,
            text=True,
        )
        self.assertEqual(found.returncode, 0, found.stderr)


if __name__ == "__main__":
    unittest.main()
