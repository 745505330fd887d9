"""The declarations of liblwt's headers as cffi wants them, from lwt-api.json, and
the module that cffi makes of them: types and signatures as tables, so that
neither a compiler nor the headers are needed to install or to use it."""

from __future__ import annotations

import re
from typing import Any, Dict, List

# The system's types that the headers name. Their layout is that of Linux; a
# struct stat and others that differ from processor to processor have none
# here: they are used by pointer alone.
SYSTEM = """
typedef unsigned int socklen_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
struct sockaddr { unsigned short sa_family; char sa_data[14]; };
struct sockaddr_storage { unsigned short ss_family; char ss_data[118]; unsigned long ss_align; };
struct in_addr { uint32_t s_addr; };
struct addrinfo { int ai_flags, ai_family, ai_socktype, ai_protocol; socklen_t ai_addrlen;
  struct sockaddr *ai_addr; char *ai_canonname; struct addrinfo *ai_next; };
struct passwd { char *pw_name, *pw_passwd; uid_t pw_uid; gid_t pw_gid;
  char *pw_gecos, *pw_dir, *pw_shell; };
struct group { char *gr_name, *gr_passwd; gid_t gr_gid; char **gr_mem; };
struct hostent { char *h_name, **h_aliases; int h_addrtype, h_length; char **h_addr_list; };
struct servent { char *s_name, **s_aliases; int s_port; char *s_proto; };
struct protoent { char *p_name, **p_aliases; int p_proto; };
struct termios { unsigned int c_iflag, c_oflag, c_cflag, c_lflag; unsigned char c_line;
  unsigned char c_cc[32]; unsigned int c_ispeed, c_ospeed; };
struct stat;
typedef struct fd_set fd_set;
"""

# What the binding itself uses with tokens that are numbers, and their types then.
_WITH_TOKENS = {"lwt_binding_watch": "lwt_python_watch", "lwt_binding_drain": "lwt_python_drain"}


def declare(type_: str, name: str) -> str:
    """The declaration of a name: C writes parts of the type behind it."""
    pointer = type_.find("(*")
    if pointer >= 0:
        return f"{type_[: pointer + 2]}{name}{type_[pointer + 2 :]}"
    array = re.fullmatch(r"(.*?)((?:\[\d*\])+)", type_)
    if array:
        return f"{array[1].strip()} {name}{array[2]}"
    return f"{type_}{name}" if type_.endswith("*") else f"{type_} {name}"


def _enumeration(it: Dict[str, Any]) -> str:
    members = ", ".join(f"{member['name']} = {member['value']}" for member in it["members"])
    if it["name"] is None:
        return f"enum {{ {members} }};"
    return f"typedef enum {it['name']} {{ {members} }} {it['name']};"


def _structure(it: Dict[str, Any]) -> str:
    fields = " ".join(declare(f["type"], f["name"]) + ";" for f in it["fields"])
    return f"struct {it['name']} {{ {fields} }};"


def _with_tokens(api: Dict[str, Any]) -> List[str]:
    """lwt_binding_watch and its kin as types of functions, whose tokens are numbers
    and no pointers: nothing is to be converted then."""

    def numbers(text: str) -> str:
        text = text.replace("lwt_binding_completion", "lwt_python_completion")
        return text.replace("void *token", "uintptr_t token")

    found = [it for it in api["structures"] if it["name"] == "lwt_binding_completion"]
    lines = [numbers(_structure(it)) for it in found]
    for it in api["functions"]:
        if it["name"] in _WITH_TOKENS:
            type_ = f"(*{_WITH_TOKENS[it['name']]})"
            lines.append("typedef " + numbers(it["signature"].replace(it["name"], type_)))
    return lines


def cdef(api: Dict[str, Any]) -> str:
    """All declarations."""
    lines: List[str] = [SYSTEM]
    for handle in api["handles"]:
        lines.append(f"typedef struct {handle['name']} {handle['name']};")
    structures = [it for it in api["structures"] if it["fields"]]
    for it in api["structures"]:
        # The manual's lwt_unix_job is a pointer; nothing here uses the name.
        if it["name"] != "lwt_unix_job":
            lines.append(f"typedef struct {it['name']} {it['name']};")
    lines += [_enumeration(it) for it in api["enumerations"] if it["members"]]
    lines.append("typedef void *lwt_value;")
    lines += ["typedef " + it["signature"].replace("typedef ", "") for it in api["callbacks"]]
    lines += [_structure(it) for it in structures]
    lines += [it["signature"] for it in api["functions"] if not it["inline"]]
    return "\n".join(lines + _with_tokens(api)) + "\n"


def write(api: Dict[str, Any], path: str) -> None:
    """Writes the module with the tables."""
    import cffi

    builder = cffi.FFI()
    builder.set_source("lwt._abi", None)
    builder.cdef(cdef(api))
    builder.emit_python_code(path)
