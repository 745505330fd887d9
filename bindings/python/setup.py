"""Builds the package: generate.py makes what follows from lwt-api.json.

With LWT_CARRY=/path/to/liblwt.so.0 in the environment the wheel carries that
library, and is for this kind of machine; without it, it is for all, and uses
the library that is installed.
"""

import os
import shutil
import sys

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import generate  # noqa: E402

CARRIED = os.environ.get("LWT_CARRY")


class BuildPackage(build_py):
    """The package with its generated parts, and the library if it is carried."""

    def run(self):
        super().run()
        in_place = getattr(self, "editable_mode", False)
        package = os.path.join(HERE if in_place else self.build_lib, "lwt")
        generate.generate(generate.api_path(), package)
        if CARRIED:
            shutil.copyfile(os.path.realpath(CARRIED), os.path.join(package, "liblwt.so.0"))


class SourceDistribution(sdist):
    """The sources with the lwt-api.json that they are generated of."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        shutil.copyfile(generate.api_path(), os.path.join(base_dir, "lwt-api.json"))


commands = {"build_py": BuildPackage, "sdist": SourceDistribution}

if CARRIED:
    try:
        from setuptools.command.bdist_wheel import bdist_wheel
    except ImportError:
        from wheel.bdist_wheel import bdist_wheel

    class PlatformWheel(bdist_wheel):
        """A wheel for every Python 3 on this kind of machine."""

        def finalize_options(self):
            super().finalize_options()
            self.root_is_pure = False

        def get_tag(self):
            return ("py3", "none", super().get_tag()[2])

    commands["bdist_wheel"] = PlatformWheel

setup(
    packages=["lwt"],
    package_data={"lwt": ["py.typed"]},
    cmdclass=commands,
)
