"""Handles: the Python objects behind which an object of liblwt lives."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from . import errors
from ._library import NULL, ffi, lib

Self = TypeVar("Self", bound="Handle")

#: The class of each kind of handle, by its name in C.
classes: dict[str, "type[Handle]"] = {}


class Handle:
    """An object of liblwt's. It belongs to the thread that made it; its last
    reference in Python gives it up, on whatever thread the collector runs."""

    __slots__ = ("_ptr", "__weakref__")

    #: Its type in C: "lwt_mutex".
    c_name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "c_name" in cls.__dict__:
            classes[cls.c_name] = cls

    def __init__(self, ptr: Any) -> None:
        """Takes over a handle that C has given."""
        self._ptr: Any = ptr
        if ptr == NULL:
            raise errors.InvalidArgument(
                f"no {self.c_name}: the arguments are wrong, it is of another thread,"
                " or memory ran out"
            )

    @classmethod
    def owned(cls: "type[Self]", ptr: Any) -> Self:
        """A handle that C has given, of the class that the binding has for its
        kind."""
        made: Self = classes[cls.c_name](ptr)  # type: ignore[assignment]
        return made

    @classmethod
    def borrowed(cls: "type[Self]", ptr: Any) -> Self:
        """A handle of its own for one that C keeps."""
        return cls.owned(cls.retain(ptr))

    @classmethod
    def retain(cls, ptr: Any) -> Any:
        """One more reference, for C, which then owns it."""
        return getattr(lib, cls.c_name + "_retain")(ptr)

    @classmethod
    def of_value(cls: "type[Self]", value: Any, drop: Any) -> Self:
        """The handle that a promise was fulfilled with."""
        return cls.owned(ffi.cast(cls.c_name + " *", value))

    def __del__(self, _release: Any = lib.lwt_release_anywhere) -> None:
        ptr = getattr(self, "_ptr", None)
        if ptr is not None and ptr != NULL:
            _release(ptr)

    def release(self) -> None:
        """Gives it up; what it is asked from then on fails with InvalidArgument."""
        ptr, self._ptr = self._ptr, NULL
        if ptr != NULL:
            lib.lwt_release_anywhere(ptr)

    def of(self: Self, convert: Any) -> Self:
        """The same; a stream's elements are converted so."""
        return self

    def give(self) -> Any:
        """A reference that C then owns."""
        return self.retain(self._ptr) if self._ptr != NULL else NULL

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and bool(self._ptr == other._ptr)

    def __hash__(self) -> int:
        return hash(self._ptr)

    def __repr__(self) -> str:
        state = "released" if self._ptr == NULL else f"{int(ffi.cast('intptr_t', self._ptr)):#x}"
        return f"<lwt {self.c_name[4:]} {state}>"
