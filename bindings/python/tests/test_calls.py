"""What was generated of lwt-api.json agrees with the library and its headers."""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import unittest

import lwt
import lwt.calls
from lwt import _abi

from .house import Case
from .test_jobs import can_compile

HERE = os.path.dirname(os.path.abspath(__file__))
API = os.path.join(os.path.dirname(os.path.dirname(HERE)), "lwt-api.json")

SYSTEM = """
#define _GNU_SOURCE
#include <lwt_all.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
"""
SYSTEM_STRUCTURES = {
    "sockaddr": ["sa_family"],
    "sockaddr_storage": ["ss_family"],
    "in_addr": ["s_addr"],
    "addrinfo": ["ai_flags", "ai_protocol", "ai_addrlen", "ai_addr", "ai_canonname", "ai_next"],
    "passwd": ["pw_name", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
    "group": ["gr_name", "gr_gid", "gr_mem"],
    "hostent": ["h_name", "h_aliases", "h_addrtype", "h_length", "h_addr_list"],
    "servent": ["s_name", "s_aliases", "s_port", "s_proto"],
    "protoent": ["p_name", "p_aliases", "p_proto"],
    "termios": ["c_iflag", "c_line", "c_cc", "c_ispeed", "c_ospeed"],
}


def api():
    with open(API, encoding="utf-8") as file:
        return json.load(file)


@unittest.skipUnless(os.path.exists(API), "needs the sources of liblwt")
class Calls(Case):
    def test_every_function_of_the_headers_is_in_the_library(self):
        missing = []
        for function in api()["functions"]:
            if not function["inline"]:
                try:
                    getattr(lwt.lib, function["name"])
                except AttributeError:
                    missing.append(function["name"])
        self.assertEqual(missing, [])

    def test_every_function_that_returns_a_promise_has_a_python_function(self):
        named = {}
        for module in pkgutil.iter_modules(lwt.calls.__path__):
            found = importlib.import_module("lwt.calls." + module.name)
            for name in getattr(found, "__all__", ()):
                doc = getattr(found, name).__doc__
                named[doc.rstrip().rsplit("(", 1)[1].rstrip(")")] = name
        wanted = [
            function["name"]
            for function in api()["functions"]
            if function["returns"]["type"] == "lwt_t *" and not function["inline"]
            if function["header"] not in lwt.calls.headers_left_out
        ]
        inside = {"lwt_retain", "lwt_debug_promise", "lwt_term_parse_key_raw"}
        self.assertEqual([n for n in wanted if n not in named and n not in inside], [])
        self.assertGreater(len(named), 700)

    @unittest.skipUnless(can_compile(), "needs a C compiler and pkg-config lwt")
    def test_every_structure_has_the_layout_that_the_compiler_gives_it(self):
        structures = dict(SYSTEM_STRUCTURES)
        for it in api()["structures"]:
            if it["fields"]:
                structures[it["name"]] = [field["name"] for field in it["fields"]]
        lines = [SYSTEM, "int main(void) {"]
        for name, fields in structures.items():
            lines.append(f'printf("{name} %zu\\n", sizeof(struct {name}));')
            for field in fields:
                lines.append(f'printf("{name}.{field} %zu\\n", offsetof(struct {name}, {field}));')
        source = self.path("layout.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write("\n".join(lines + ["return 0; }"]))
        flags = subprocess.run(
            ["pkg-config", "--cflags", "lwt"], capture_output=True, text=True, check=True
        )
        program = self.path("layout")
        subprocess.run(["cc", source, "-o", program] + flags.stdout.split(), check=True)
        told = subprocess.run([program], capture_output=True, text=True, check=True).stdout
        ours = []
        for name, fields in structures.items():
            ours.append(f"{name} {_abi.ffi.sizeof('struct ' + name)}")
            for field in fields:
                ours.append(f"{name}.{field} {_abi.ffi.offsetof('struct ' + name, field)}")
        self.assertEqual(told.split("\n")[:-1], ours)

    def test_the_types_are_those_that_mypy_proves(self):
        if subprocess.run([sys.executable, "-c", "import mypy"], capture_output=True).returncode:
            self.skipTest("needs mypy")
        program = self.path("typed.py")
        with open(program, "w", encoding="utf-8") as file:
            file.write(
                "import lwt\n"
                "from typing import List\n"
                "async def main() -> List[str]:\n"
                "    size: int = (await lwt.unix.stat('/')).st_size\n"
                "    await lwt.sleep(size * 0.0)\n"
                "    text: str = await lwt.process.read('true')\n"
                "    wrong: int = await lwt.unix.getcwd()\n"
                "    return await lwt.unix.listdir(text)\n"
            )
        config = os.path.join(os.path.dirname(HERE), "pyproject.toml")
        command = [sys.executable, "-m", "mypy", "--config-file", config, "--strict"]
        environment = dict(os.environ)
        place = os.path.dirname(os.path.dirname(lwt.__file__))
        if "site-packages" not in place:  # where mypy looks by itself
            environment["MYPYPATH"] = place
        cache = ["--cache-dir", self.path("cache")]
        found = subprocess.run(
            command + cache + ["-p", "lwt", "-m", "typed"],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=environment,
        )
        complaints = [line for line in found.stdout.split("\n") if ": error:" in line]
        self.assertEqual(len(complaints), 1, found.stdout + found.stderr)
        self.assertIn("typed.py:7: error: Incompatible types in assignment", complaints[0])


if __name__ == "__main__":
    unittest.main()
