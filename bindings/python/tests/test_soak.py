"""With the collector forced at every step nothing leaks and no handle goes stale."""

import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


class Soak(unittest.TestCase):
    def test_nothing_is_left_when_the_collector_runs_at_every_step(self):
        """liblwt's own report at the end of the process, of handles that were never
        released, promises never resolved and wakeners never used, is empty."""
        found = subprocess.run(
            [sys.executable, "-X", "faulthandler", os.path.join(HERE, "soak.py"), "10"],
            env={**os.environ, "LWT_DEBUG": "1", "PYTHONASYNCIODEBUG": ""},
            capture_output=True,
            text=True,
        )
        self.assertEqual(found.stderr, "")
        self.assertEqual(found.returncode, 0)
        told = json.loads(found.stdout)
        self.assertGreater(told.pop("steps"), 100)
        self.assertEqual(told, {"pending": 0, "objects": 0, "waiting": 0})


if __name__ == "__main__":
    unittest.main()
