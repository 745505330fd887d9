"""Finds liblwt and opens it: the library named by LWT_LIBRARY, or the copy that
the wheel carries, or the system's.

``ffi`` has the types of liblwt's headers (see generate.py), ``lib`` its
functions; a call lets go of the interpreter's lock while it runs.
"""

from __future__ import annotations

import os
from typing import Any

from . import _abi

#: What the functions of this binding are made for: the library's soname.
SONAME = "liblwt.so.0"

ffi: Any = _abi.ffi


def _places() -> list[str]:
    named = os.environ.get("LWT_LIBRARY")
    if named:
        return [named]
    carried = os.path.join(os.path.dirname(os.path.abspath(__file__)), SONAME)
    return [carried, SONAME] if os.path.exists(carried) else [SONAME]


def _open() -> Any:
    failures = []
    for place in _places():
        try:
            # Global, so that a library of jobs that was linked without naming
            # liblwt finds its functions.
            return ffi.dlopen(place, ffi.RTLD_NOW | ffi.RTLD_GLOBAL)
        except OSError as failure:
            failures.append(str(failure))
    raise ImportError(
        "liblwt is not to be found; install it, or name it in LWT_LIBRARY: "
        + "; ".join(failures)
    )


lib: Any = _open()

NULL: Any = ffi.NULL
OK: int = 0


def path() -> str:
    """Where the library is that is used."""
    return _places()[0]
