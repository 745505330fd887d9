#!/usr/bin/env python3
"""Makes the generated parts of the package of lwt-api.json, which is made with the
headers:

    python generate.py [lwt-api.json [FOLDER OF THE PACKAGE]]

setup.py does it when the package is built, so that they are never older than
the headers. It needs cffi.
"""

from __future__ import annotations

import json
import os
import sys
from typing import List

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from generator import calls, cdef  # noqa: E402


def api_path() -> str:
    """Where lwt-api.json is: beside the package in a source distribution, in the
    folder above in the library's own tree."""
    for place in (HERE, os.path.dirname(HERE)):
        path = os.path.join(place, "lwt-api.json")
        if os.path.exists(path):
            return path
    raise SystemExit("generate.py: there is no lwt-api.json; `make headers` makes it")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def generate(api_file: str, package: str) -> List[str]:
    """Writes what is to be made into the package, and returns what was made."""
    with open(api_file, encoding="utf-8") as file:
        api = json.load(file)
    whole = calls.Whole(api)
    folder = os.path.join(package, "calls")
    os.makedirs(folder, exist_ok=True)
    cdef.write(api, os.path.join(package, "_abi.py"))
    _write(os.path.join(package, "handles.py"), whole.handle_classes())
    _write(os.path.join(package, "constants.py"), whole.constants())
    _write(os.path.join(folder, "_trampolines.py"), whole.trampolines())
    names = []
    for module in whole.modules():
        _write(os.path.join(folder, module.name + ".py"), module.source())
        names.append(module.name)
    left = "".join(f'    "{header}",\n' for header in sorted(calls.HEADERS_LEFT_OUT))
    text = f'"""The functions of liblwt, a module for each header: {", ".join(names)}."""\n\n'
    text += f"#: Those of which there are no functions here.\nheaders_left_out = (\n{left})\n"
    _write(os.path.join(folder, "__init__.py"), text)
    return names


if __name__ == "__main__":
    source = sys.argv[1] if len(sys.argv) > 1 else api_path()
    target = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "lwt")
    generate(source, target)
