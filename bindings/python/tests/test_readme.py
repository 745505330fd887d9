"""The programs that people see first do what they say."""

import os
import re
import subprocess
import sys
import unittest

from .house import Case

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.dirname(HERE)


def blocks(language):
    """The blocks of a language in the README."""
    with open(os.path.join(FOLDER, "README.md"), encoding="utf-8") as file:
        return re.findall(rf"^```{language}\n(.*?)^```$", file.read(), re.M | re.S)


class Readme(Case):
    def run_program(self, text):
        program = self.path("program.py")
        with open(program, "w", encoding="utf-8") as file:
            file.write(text)
        return subprocess.run(
            [sys.executable, program], cwd=self.folder, capture_output=True, text=True
        )

    def test_the_first_example_prints_what_the_readme_says(self):
        found = self.run_program(blocks("python")[0])
        self.assertEqual((found.stdout, found.stderr), (blocks("text")[0], ""))

    def test_the_first_program_of_the_guide_prints_what_the_guide_says(self):
        with open(os.path.join(FOLDER, "first.py"), encoding="utf-8") as file:
            found = self.run_program(file.read())
        with open(os.path.join(FOLDER, "first.py.out"), encoding="utf-8") as file:
            self.assertEqual((found.stdout, found.stderr), (file.read(), ""))

    def test_the_other_examples_compile(self):
        for block in blocks("python")[1:]:
            compile(block, "README.md", "exec")


if __name__ == "__main__":
    unittest.main()
