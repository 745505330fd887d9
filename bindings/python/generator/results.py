"""What a promise is fulfilled with: from the words of lwt-api.json to a function of
lwt/results.py and a type for people and their tools."""

from __future__ import annotations

import re
from typing import Any, Dict, Tuple

# The names of the functions whose comment says it in words that no rule reads.
BY_NAME = {
    "lwt_unix_getcwd": "path",
    "lwt_unix_readlink": "path",
    "lwt_unix_readdir": "path",
    "lwt_unix_getlogin": "path",
    "lwt_unix_gethostname": "path",
    "lwt_unix_readdir_n": "values(path)",
    "lwt_unix_getaddrinfo": "addrinfo",
    "lwt_unix_get_affinity": "values(integer)",
    "lwt_unix_pipe": "values(handle:lwt_unix_fd, handle:lwt_unix_fd)",
    "lwt_unix_pipe_in": "values(handle:lwt_unix_fd, handle:lwt_unix_fd)",
    "lwt_unix_pipe_out": "values(handle:lwt_unix_fd, handle:lwt_unix_fd)",
    "lwt_unix_socketpair": "values(handle:lwt_unix_fd, handle:lwt_unix_fd)",
    "lwt_unix_accept": "handle:lwt_unix_fd",
    "lwt_unix_accept_n": "values(values(handle:lwt_unix_fd, sockaddr), anything)",
    "lwt_io_pipe": "values(handle:lwt_io_channel, handle:lwt_io_channel)",
    "lwt_io_open_connection": "values(handle:lwt_io_channel, handle:lwt_io_channel)",
    "lwt_io_open_connection_name": "values(handle:lwt_io_channel, handle:lwt_io_channel)",
    "lwt_io_open_temp_file": "values(path, handle:lwt_io_channel)",
    "lwt_io_create_temp_dir": "path",
    "lwt_io_establish_server": "handle:lwt_io_server",
    "lwt_io_establish_server_with_client_address": "handle:lwt_io_server",
    "lwt_io_establish_server_with_client_socket": "handle:lwt_io_server",
    "lwt_io_shutdown_server": "unit",
    "lwt_io_close": "unit",
    "lwt_io_abort": "unit",
    "lwt_io_read_line_opt": "optional(data)",
    "lwt_io_read_char": "integer",
    "lwt_io_read_char_opt": "optional(integer)",
    "lwt_io_read": "data",
    "lwt_io_read_count": "data",
    "lwt_io_copy": "integer",
    "lwt_process_status": "integer",
    "lwt_process_rusage": "resource_usage",
    "lwt_process_close": "integer",
    "lwt_process_pread": "data",
    "lwt_process_pread_line": "data",
    "lwt_process_pmap": "data",
    "lwt_process_pmap_line": "data",
    "lwt_process_open_process_none": "handle:lwt_process",
    "lwt_process_open_process_in": "handle:lwt_process",
    "lwt_process_open_process_out": "handle:lwt_process",
    "lwt_process_open_process": "handle:lwt_process",
    "lwt_process_open_process_full": "handle:lwt_process",
    "lwt_stream_junk": "unit",
    "lwt_stream_njunk": "unit",
    "lwt_stream_is_empty": "boolean",
    "lwt_stream_to_string": "data",
    "lwt_unix_getgrnam": "group",
    "lwt_unix_getgrgid": "group",
    "lwt_unix_getsockopt_error": "optional(integer)",
    "lwt_unix_getsockopt_optint": "optional(integer)",
    "lwt_unix_recv_msg": "values(integer, values(handle:lwt_unix_fd), integer)",
    "lwt_text_read_char_opt": "optional(data)",
    "lwt_text_read_line_opt": "optional(data)",
    "lwt_seq_fold_left": "anything",
    "lwt_seq_fold_left_s": "anything",
    "lwt_list_partition_s": "values(values(anything), values(anything))",
    "lwt_list_partition_p": "values(values(anything), values(anything))",
    "lwt_logger_file": "handle:lwt_logger",
    "lwt_logger_close": "unit",
    "lwt_logger_flush": "unit",
    "lwt_read_line_read_keyword": "integer",
    "lwt_stream_iter_p": "unit",
    "lwt_stream_iter_n": "unit",
    "lwt_mutex_lock": "unit",
    "lwt_unix_yield": "unit",
    "lwt_unix_lseek": "integer",
    "lwt_unix_set_affinity": "unit",
    "lwt_unix_get_cpu": "integer",
    "lwt_main_yield": "unit",
    "lwt_io_printl": "unit",
    "lwt_ssl_perform_handshake": "unit",
    "lwt_ssl_accept_handshake": "unit",
    "lwt_text_flush": "unit",
    "lwt_text_close": "unit",
    "lwt_stream_to_list": "values(anything)",
    "lwt_stream_npeek": "values(anything)",
    "lwt_stream_nget": "values(anything)",
    "lwt_stream_get_while": "values(anything)",
    "lwt_stream_get_while_s": "values(anything)",
}

# What the elements of a stream are that a function returns.
STREAMS = {
    "lwt_unix_files_of_directory": "path",
    "lwt_io_read_lines": "data",
    "lwt_io_lines_of_file": "data",
    "lwt_process_pread_lines": "data",
    "lwt_process_pmap_lines": "data",
    "lwt_text_read_lines": "data",
    "lwt_text_lines_of_file": "data",
    "lwt_stream_hexdump": "data",
    "lwt_stream_of_string": "integer",
    "lwt_io_read_chars": "integer",
    "lwt_io_chars_of_file": "integer",
    "lwt_process_pread_chars": "integer",
    "lwt_process_pmap_chars": "integer",
    "lwt_text_read_chars": "data",
    "lwt_text_chars_of_file": "data",
    "lwt_term_standard_input": "data",
}

# What C wants of a stream that it is given, by the name of the parameter: texts, each
# a struct lwt_string, or bytes, each a number.
TAKEN = {
    "lwt_io_write_lines": "text_stream",
    "lwt_io_lines_to_file": "text_stream",
    "lwt_process_pwrite_lines": "text_stream",
    "lwt_process_pmap_lines": "text_stream",
    "lwt_text_write_lines": "text_stream",
    "lwt_text_write_chars": "text_stream",
    "lwt_text_lines_to_file": "text_stream",
    "lwt_text_chars_to_file": "text_stream",
    "lwt_io_write_chars": "octet_stream",
    "lwt_io_hexdump_stream": "octet_stream",
    "lwt_io_chars_to_file": "octet_stream",
    "lwt_process_pwrite_chars": "octet_stream",
    "lwt_process_pmap_chars": "octet_stream",
    "lwt_text_hexdump_stream": "octet_stream",
}

# Texts that are lent until the promise has resolved.
LENT = {"lwt_unix_write_string", "lwt_unix_pwrite_string"}
for _order in ("", "le_", "be_"):
    BY_NAME[f"lwt_io_{_order}read_float32"] = "number32"
    BY_NAME[f"lwt_io_{_order}read_float64"] = "number64"

# Structures that have a conversion of their own.
_STRUCTURES = {
    "lwt_string": "data",
    "stat": "stat",
    "passwd": "passwd",
    "group": "group",
    "lwt_unix_entries": "entries",
    "lwt_unix_sockaddr": "sockaddr",
    "lwt_unix_name_info": "name_info",
    "lwt_unix_wait_result": "wait_result",
    "lwt_unix_resource_usage": "resource_usage",
}

_NUMBER = re.compile(r"\bLWT_INT\b|\bLWT_TO_INT\b|^the number$|^how many|as an integer")
_TRUTH = re.compile(r"LWT_INT\(1\)`? or `?LWT_INT\(0\)|^0 or 1$|^1 or 0$|^a truth value$|^whether ")
_POINTER = re.compile(r"^(?:an? |the text \()?`?(?:struct )?(\w+) \*")


def of_words(words: str, handles: Dict[str, Any]) -> str:
    """The conversion that the words ask for; "anything" if they don't say."""
    if re.match(r"`?LWT_UNIT\b", words):
        return "unit"
    if _TRUTH.search(words):
        return "boolean"
    if _NUMBER.search(words):
        return "integer"
    if words == "a signal":
        return "handle:lwt_signal"
    if words.startswith("the line"):
        return "data"
    found = _POINTER.match(words)
    if not found:
        return "anything"
    name = found[1]
    if name in handles:
        return f"handle:{name}"
    if name == "lwt_values":
        inner = re.search(r"of (two )?`(?:struct )?(\w+) \*`?", words[found.end() :])
        if not inner:
            return "values(anything)"
        each = of_words(f"a `{inner[2]} *", handles)
        return f"values({each}, {each})" if inner[1] else f"values({each})"
    if name in _STRUCTURES:
        return _STRUCTURES[name]
    return f"structure:{name}"


def of_function(it: Dict[str, Any], by_name: Dict[str, Any], handles: Dict[str, Any]) -> str:
    """The conversion for what a function's promise is fulfilled with. One that
    is told to be as another is so in this, too."""
    for _ in range(6):
        if it["name"] in BY_NAME:
            return BY_NAME[it["name"]]
        if "promise_of" in it["returns"]:
            # None: what a callback's promise is fulfilled with.
            return of_words(it["returns"]["promise_of"] or "", handles)
        like = [by_name[name] for name in it.get("like", []) if name in by_name]
        like = [other for other in like if other["returns"]["type"] == "lwt_t *"]
        if not like:
            break
        it = like[0]
    return "anything"


_TYPES = {
    "unit": "None",
    "integer": "int",
    "boolean": "bool",
    "data": "bytes",
    "path": "str",
    "number32": "float",
    "number64": "float",
    "stat": "os.stat_result",
    "entries": "List[str]",
    "sockaddr": "Optional[results.Address]",
    "name_info": "Tuple[str, str]",
    "resource_usage": "Tuple[float, float]",
    "wait_result": "Tuple[int, int, Tuple[float, float]]",
    "anything": "Any",
}


def _split(inside: str) -> list:  # type: ignore[type-arg]
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(inside + ","):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(inside[start:place].strip())
            start = place + 1
    return parts


def written(conversion: str) -> Tuple[str, str]:
    """The conversion as Python code, and the type of what it returns."""
    if conversion.startswith("handle:"):
        name = class_name(conversion[7:])
        return f"handles.{name}.of_value", f"handles.{name}"
    if conversion.startswith("structure:"):
        return f'results.structure("struct {conversion[10:]} *")', "Any"
    call = re.fullmatch(r"(values|optional)\((.*)\)", conversion)
    if not call:
        return f"results.{conversion}", _TYPES.get(conversion, "Any")
    codes, types = zip(*[written(part) for part in _split(call[2])])
    code = f"results.{call[1]}({', '.join(codes)})"
    if call[1] == "optional":
        return code, f"Optional[{types[0]}]"
    return code, f"List[{types[0]}]" if len(types) == 1 else f"Tuple[{', '.join(types)}]"


# Kinds of handles that have a Python name of their own.
_CLASSES = {
    "lwt_unix_fd": "Fd",
    "lwt_io_channel": "Channel",
    "lwt_io_server": "Server",
    "lwt_unix_dir": "Dir",
    "lwt_unix_pool": "WorkerPool",
    "lwt_signal": "Signal",
}


def class_name(c_name: str) -> str:
    """The name of the Python class of a kind of handle."""
    if c_name in _CLASSES:
        return _CLASSES[c_name]
    return "".join(part.capitalize() for part in c_name[4:].split("_"))
