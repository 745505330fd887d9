"""A Python function for each C function: arguments and results are Python's, the
failure of a promise or of the call is a Python exception."""

from __future__ import annotations

import keyword
import re
from typing import Any, Dict, List, Optional, Set

from . import results

# Handles that are no class of lwt.handles: promises and exceptions have Python
# classes of another sort, and nobody has use for a hook's handle that can't be
# given up from any thread.
_SPECIAL = {"lwt_t", "lwt_u", "lwt_exn", "lwt_key"}

# Callbacks whose answers C reads itself, and what it reads.
_ANSWERS = {
    "lwt_io_transfer_fn": "number_promise",
    "lwt_io_seek_fn": "number_promise",
}

# Functions that the runtime of the binding stands on, to call which by hand would break
# it; those that keep the texts that they are given for ever; and one that borrows a
# stream of texts.
_LEFT_OUT = re.compile(
    r"lwt_(debug_(promise|handle|exn|value|here)|coroutine_\w+|set_async_exception_hook"
    r"|get_async_exception_hook|release|retain|release_anywhere|exn_release|exn_retain"
    r"|string_release|string_new|values_\w+|owned\w*|raise|reraise|result_release)"
    r"|lwt_binding_\w+|\w+_(retain|release)|lwt_log_at|lwt_rte_emit\w*|lwt_term_parse_key_raw"
)

# Headers that are left out: a fiber switches stacks under the interpreter; and the
# elements of streams, sequences, events and signals are words of which C must be told
# by Python, or Python by C, what they are. Streams are lwt.stream.
HEADERS_LEFT_OUT = {
    "lwt_direct.h",
    "lwt_coroutine.h",
    "lwt_binding.h",
    "lwt_stream.h",
    "lwt_seq.h",
    "lwt_sequence.h",
    "lwt_event.h",
    "lwt_signal.h",
    "lwt_retry.h",
}

_NUMBERS = re.compile(r"(u?int\d*_t|size_t|intptr_t|int|socklen_t|uid_t|pid_t|enum \w+)")


def handle_of(type_: str) -> Optional[str]:
    """Which handle a type is a pointer to."""
    found = re.fullmatch(r"(?:const )?(?:struct )?(\w+) \*", type_)
    return found[1] if found else None


class Call:
    """One function, as it is written."""

    def __init__(self, module: "Module", it: Dict[str, Any]) -> None:
        self.module, self.it = module, it
        self.heads: List[str] = []
        self.before: List[str] = []
        self.words: List[str] = []
        self.buffers: List[str] = []
        self.writes = False

    def argument(self, name: str, hint: str, default: bool = False) -> str:
        """One more parameter of the Python function; its name there."""
        name = name + "_" if keyword.iskeyword(name) else name
        self.heads.append(f"{name}: {hint}" + (" = None" if default else ""))
        return name

    def parameters(self) -> None:
        """The parameters, those that belong together at once."""
        left = list(self.it["parameters"])
        while left:
            taken = self._callback(left) or self._bytes(left) or self._address(left)
            taken = taken or self._owned(left) or self._promises(left)
            if not taken:
                self._one(left[0])
                taken = 1
            del left[:taken]

    def _callback(self, left: List[Any]) -> int:
        kinds = [p["kind"] for p in left]
        functions = 0
        while kinds[functions : functions + 1] == ["callback"]:
            functions += 1
        if not functions or kinds[functions : functions + 2] != ["env", "drop"]:
            return 0
        if functions > 1 or left[0]["type"] not in self.module.whole.callbacks:
            # Several functions share an environment: a record of both.
            return self._several(left, functions)
        type_ = left[0]["type"]
        name = self.argument(left[0]["name"], "Callable[..., Any]")
        first = self.module.whole.callbacks[type_]["parameters"][0]
        keep = "client" if first["type"] == "const struct sockaddr *" else "env"
        if self.it["name"] == "lwt_preemptive_detach":
            keep = "work"
        self.words += [self.module.trampoline(type_), f"_callbacks.{keep}({name})"]
        self.words.append("_callbacks.drop")
        return 3

    def _several(self, left: List[Any], functions: int) -> int:
        for parameter in left[: functions + 2]:
            self._raw(parameter)
        return functions + 2

    def _bytes(self, left: List[Any]) -> int:
        if left[0]["kind"] not in ("buffer", "string") or len(left) < 2:
            return 0
        if left[1]["type"] != "size_t" or left[1]["name"] not in ("len", "size"):
            return 0
        constant = left[0]["type"].startswith("const")
        name = self.argument(left[0]["name"], "Data" if constant else "Any")
        self.before.append(f"{name}_ = _give.{'readable' if constant else 'writable'}({name})")
        self.words += [f"{name}_", f"len({name}_)"]
        self.buffers.append(f"{name}_")
        self.writes = self.writes or not constant
        return 2

    def _address(self, left: List[Any]) -> int:
        if left[0]["type"] != "const struct sockaddr *" or len(left) < 2:
            return 0
        name = self.argument(left[0]["name"], "Optional[results.Address]")
        self.before.append(f"{name}_ = _give.address({name})")
        self.words += [f"_give.sockaddr({name}_)", f"{name}_.len"]
        return 2

    def _owned(self, left: List[Any]) -> int:
        """A value and its drop function: a Python object."""
        if left[0]["kind"] != "value" or len(left) < 2 or left[1]["kind"] != "drop":
            return 0
        name = self.argument(left[0]["name"], "Any")
        self.words += [f"_objects.keep({name})", "_objects.drop"]
        return 2

    def _promises(self, left: List[Any]) -> int:
        if left[0]["type"] != "lwt_t *const *" or len(left) < 2:
            return 0
        name = self.argument(left[0]["name"], "Sequence[Any]")
        self.before.append(f"{name}_ = _give.promises({name})")
        self.words += [f"{name}_", f"len({name}_)"]
        return 2

    def _one(self, parameter: Any) -> None:
        type_, kind, name = parameter["type"], parameter["kind"], parameter["name"]
        handle = handle_of(type_)
        if kind == "handle" and handle == "lwt_t":
            name = self.argument(name, "Any")
            if type_.startswith("const"):
                self.words.append(f"_give.borrowed({name})")
            else:
                self.words.append(f"give_promise({name})")
        elif kind == "handle" and handle == "lwt_exn":
            name = self.argument(name, "BaseException")
            if type_.startswith("const"):
                self.before.append(f"{name}_ = _give.exn({name})")
                self.words.append(f"{name}_")
            else:
                self.words.append(f"errors.to_exn({name})")
        elif kind == "handle" and handle in self.module.whole.handles and handle not in _SPECIAL:
            hint = f"handles.{results.class_name(handle)}"
            if parameter["nullable"]:
                name = self.argument(name, f"Optional[{hint}]")
            else:
                name = self.argument(name, hint)
            way = "borrow" if type_.startswith("const") else "give"
            if handle == "lwt_stream" and way == "give":
                way = results.TAKEN.get(self.it["name"], "give")
            self.words.append(f"_give.{way}({name})")
        elif self.it["name"] in results.LENT and type_ == "const char *":
            name = self.argument(name, "Text")
            self.before.append(f"{name}_ = _give.lent({name})")
            self.words.append(f"{name}_")
            self.buffers.append(f"{name}_")
        elif type_ == "struct lwt_process_command":
            name = self.argument(name, "_give.Command")
            self.before.append(f"{name}_ = _give.command({name})")
            self.words.append(f"{name}_[0][0]")
        elif kind == "structure" and handle in self.module.whole.sized:
            name = self.argument(name, "Any", default=self._is_last(parameter))
            self.before.append(f'{name}_ = _give.options("struct {handle} *", {name})')
            self.words.append(f"{name}_")
        elif kind == "string" and type_ == "const char *":
            hint = "Optional[Text]" if parameter["nullable"] else "Text"
            self.words.append(f"_give.text({self.argument(name, hint)})")
        elif kind in ("integer", "enumeration") and _NUMBERS.fullmatch(type_):
            self.words.append(self.argument(name, "int"))
        elif kind == "boolean":
            self.words.append(self.argument(name, "bool"))
        elif kind == "number":
            self.words.append(self.argument(name, "float"))
        elif kind == "value":
            self.words.append(f"_give.word({self.argument(name, 'Any')})")
        else:
            self._raw(parameter)

    def _is_last(self, parameter: Any) -> bool:
        return bool(self.it["parameters"][-1] is parameter)

    def _raw(self, parameter: Any) -> None:
        name = self.argument(parameter["name"], "Any")
        self.words.append(f"_give.raw({name})")

    # -- the answer ------------------------------------------------------------

    def answer(self, call: str) -> List[str]:
        """The type of the answer, and the lines that give it."""
        returns, it = self.it["returns"], self.it
        type_, whole = returns["type"], self.module.whole
        handle = handle_of(type_)
        if type_ == "lwt_t *":
            conversion = results.of_function(it, whole.functions, whole.handles)
            code, hint = results.written(conversion)
            if self.buffers:
                busy = ", busy=True" if self.writes else ""
                kept = "".join(f", {buffer}" for buffer in self.buffers)
                made = f"_give.promise({call}, {code}{kept}{busy})"
            else:
                made = f"Promise({call}, {code})"
            return [f"Promise[{hint}]", f"return {made}"]
        if type_ == "void":
            return ["None", call]
        if it["fails_by"] == "kind" and type_ == "int":
            return ["None", f"errors.check({call})"]
        if it["fails_by"] == "negative kind":
            return ["int", f"return errors.number({call})"]
        if returns["kind"] == "handle" and handle in whole.handles and handle not in _SPECIAL:
            name = results.class_name(handle)
            made = ".borrowed" if type_.startswith("const") else ".owned"
            if it["name"] in results.STREAMS:
                code, _ = results.written(results.STREAMS[it["name"]])
                return [f"handles.{name}", f"return handles.{name}.owned({call}).of({code})"]
            return [f"handles.{name}", f"return handles.{name}{made}({call})"]
        if type_ == "lwt_exn *":
            return ["BaseException", f"return _give.taken_exn({call})"]
        if type_ in ("lwt_string *", "struct lwt_string *"):
            return ["Optional[bytes]", f"return _give.taken_string({call})"]
        if returns["kind"] == "string" and type_ == "const char *":
            return ["Optional[str]", f"return _callbacks.text({call})"]
        if returns["kind"] == "boolean":
            return ["bool", f"return bool({call})"]
        if returns["kind"] in ("integer", "enumeration"):
            return ["int", f"return int({call})"]
        if returns["kind"] == "number":
            return ["float", f"return float({call})"]
        if type_ == "lwt_value":
            return ["Any", f"return _objects.of_word({call})"]
        return ["Any", f"return {call}"]

    def lines(self) -> List[str]:
        """The whole function."""
        self.parameters()
        name = self.module.python_name(self.it["name"])
        hint, last = self.answer(f"lib.{self.it['name']}({', '.join(self.words)})")
        doc = self.it["doc"].replace("\\", "\\\\").replace('"""', "'''").rstrip()
        lines = ["", "", f"def {name}({', '.join(self.heads)}) -> {hint}:"]
        lines += ['    """' + "\n".join(("    " + d).rstrip() for d in doc.split("\n")).lstrip()]
        lines += [f"    ({self.it['name']})", '    """']
        return lines + ["    " + line for line in self.before] + ["    " + last]


class Module:
    """The functions of one header."""

    def __init__(self, whole: "Whole", header: str, lwt: str) -> None:
        self.whole, self.header, self.lwt = whole, header, lwt
        self.name = header[: -len(".h")].replace("lwt_", "", 1)
        self.prefix = header[: -len(".h")] + "_"
        self.trampolines: Set[str] = set()

    def python_name(self, c_name: str) -> str:
        """Without the module's name; with an underscore where it is a keyword."""
        prefix = self.prefix if c_name.startswith(self.prefix) else "lwt_"
        name = c_name[len(prefix) :]
        return name + "_" if keyword.iskeyword(name) else name

    def trampoline(self, type_: str) -> str:
        """The name of the C function for callbacks of a type."""
        self.trampolines.add(type_)
        return f"_trampolines.{type_}()"

    def source(self) -> str:
        """The module's text."""
        body: List[str] = []
        names: List[str] = []
        for it in self.whole.api["functions"]:
            if it["header"] != self.header or it["inline"] or _LEFT_OUT.fullmatch(it["name"]):
                continue
            body += Call(self, it).lines()
            names.append(self.python_name(it["name"]))
        title = f"The functions of {self.header}, module {self.lwt or self.name}"
        listed = [f'    "{name}",' for name in sorted(names)]
        exported = ["", "__all__ = ["] + listed + ["]"]
        return "\n".join([f'"""{title}. {_MADE}"""', _IMPORTS] + exported + body) + "\n"


_MADE = "Made by generate.py: don't edit it."
_IMPORTS = """
from __future__ import annotations

import os
from typing import Any, Callable, List, Optional, Sequence, Tuple, Union

from .. import _callbacks, _give, _objects, errors, handles, results
from .._library import lib
from .._promise import Promise, give_promise
from . import _trampolines

Text = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Data = Any"""


class Whole:
    """What lwt-api.json says, by name."""

    def __init__(self, api: Dict[str, Any]) -> None:
        self.api = api
        self.handles = {it["name"]: it for it in api["handles"]}
        self.functions = {it["name"]: it for it in api["functions"]}
        self.callbacks = {it["name"]: it for it in api["callbacks"]}
        fields = {it["name"]: it["fields"] for it in api["structures"]}
        #: Structures that grow: their first field is their size.
        self.sized = {name for name, f in fields.items() if f and f[0]["name"] == "size"}

    def modules(self) -> List[Module]:
        """One for each header that has functions."""
        headers = {it["header"] for it in self.api["functions"] if not it["inline"]}
        headers -= HEADERS_LEFT_OUT
        found = [it for it in self.api["modules"] if it["header"] in headers]
        return [Module(self, it["header"], it.get("lwt") or "") for it in found]

    def handle_classes(self) -> str:
        """lwt/handles.py: a class for each kind of handle."""
        lines = [f'"""The kinds of handles. {_MADE}"""', "", "from __future__ import annotations"]
        lines += ["", "from typing import Any", "", "from ._handles import Handle"]
        lines += ["from ._library import lib"]
        for name, it in self.handles.items():
            if name in _SPECIAL:
                continue
            doc = it["doc"].replace("\\", "\\\\").replace('"""', "'''")
            lines += ["", "", f"class {results.class_name(name)}(Handle):"]
            lines += [f'    """{doc}"""', "", "    __slots__ = ()", f'    c_name = "{name}"']
            lines += ["", "    @classmethod", "    def retain(cls, ptr: Any) -> Any:"]
            lines += ['        """One more reference, for C."""']
            retained = f"lib.{it['retain']}(ptr)" if it["retain"] else "ptr"
            lines += [f"        return {retained}"]
        return "\n".join(lines) + "\n"

    def trampolines(self) -> str:
        """lwt/calls/_trampolines.py: the C function for each type of callback,
        made when it is first needed."""
        lines = [f'"""The C functions for callbacks. {_MADE}"""', ""]
        lines += ["from __future__ import annotations", "", "from typing import Any, Dict", ""]
        lines += ["from .. import _callbacks as c", "", "_made: Dict[str, Any] = {}"]
        for name, it in self.callbacks.items():
            parameters = it["parameters"]
            if not parameters or parameters[-1]["kind"] != "env" and name != "lwt_unit_fn":
                continue
            arguments = [self._argument(name, p) for p in parameters[:-1]]
            answer = _ANSWERS.get(name) or self._answer(it["returns"])
            listed = ", ".join(arguments) + ("," if len(arguments) == 1 else "")
            lines += ["", "", f"def {name}() -> Any:", f'    """{it["signature"]}"""']
            lines += [f'    if "{name}" not in _made:']
            lines += [f'        _made["{name}"] = c.trampoline("{name}", ({listed}), c.{answer})']
            lines += [f'    return _made["{name}"]']
        return "\n".join(lines) + "\n"

    def _argument(self, function: str, parameter: Any) -> str:
        type_ = parameter["type"]
        handle = handle_of(type_)
        if handle == "lwt_exn":
            return "c.error"
        if parameter["kind"] == "handle" and handle in self.handles and handle not in _SPECIAL:
            return f'c.{"borrowed" if type_.startswith("const") else "owned"}("{handle}")'
        if parameter["kind"] == "value":
            owns = parameter["name"] == "gathered"
            return "c.moved" if owns else "c.anything"
        if type_ == "const char *":
            return "c.text"
        return "c.same"

    def _answer(self, returns: Any) -> str:
        if returns["type"] == "void":
            return "nothing"
        if returns["type"] == "lwt_t *":
            return "promise"
        if returns["type"] == "lwt_value":
            return "value"
        if returns["kind"] == "boolean":
            return "truth"
        if returns["kind"] == "handle":
            return "handle"
        return "same"

    def constants(self) -> str:
        """lwt/constants.py: the members of the enumerations."""
        lines = [f'"""The constants of the headers. {_MADE}"""', ""]
        for it in self.api["enumerations"]:
            for member in it["members"]:
                doc = " ".join(member["doc"].split())
                lines += [f"#: {doc}"] if doc else []
                lines += [f"{member['name']} = {member['value']}"]
        return "\n".join(lines) + "\n"
