#!/usr/bin/env python3
"""reference.py [OUT]: writes the pages of the reference, one for each module, from
bindings/lwt-api.json into the folder OUT (docs/reference). All have one skeleton:
what the module is, its types, its macros, and its functions by group, each with its
synopsis, description, return value, errors and threads."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

THREADS = {
    "owner": "The thread that owns the handles.",
    "caller": "Any thread, to which belongs what is made or asked.",
    "any": "Any thread.",
    "async-signal-safe": "Any thread, and signal handlers.",
}
FAILS = {
    "promise": "The promise fails with",
    "kind": "Returned",
    "exn": "Stored in `*exn`, of kind",
}
RETURNS = {
    ("handle", "owned"): "A handle, owned by the caller",
    ("handle", "borrowed"): "A handle, borrowed",
    ("value", "word"): "A value",
    ("value", "owned"): "A value, owned by the caller",
    ("value", "borrowed"): "A value, borrowed",
    ("string", "borrowed"): "Text, borrowed",
    ("boolean", "none"): "A truth value",
    ("void", "none"): "Nothing",
}


def paragraphs(comment):
    """The parts of a comment, each with its kind: prose, code, which stands further
    in, and the items of a list."""
    found, fresh = [], True
    for line in comment.split("\n"):
        text = line.strip()
        if not text:
            fresh = True
            continue
        inside = len(line) - len(line.lstrip()) > 1
        kind = found[-1][0] if found else None
        if text.startswith("- "):
            found.append(("item", [text]))
        elif kind == "item" and not fresh:
            found[-1][1].append("  " + text)
        elif inside and kind == "code":
            found[-1][1].extend([""] * fresh + [line])
        elif inside:
            found.append(("code", [line]))
        elif kind == "prose" and not fresh:
            found[-1][1].append(text)
        else:
            found.append(("prose", [text]))
        fresh = False
    return found


def markdown(comment):
    """A comment as Markdown, in which nothing else is an order."""
    out, last = "", None
    for kind, lines in paragraphs(comment):
        if out:
            out += "\n" if kind == last == "item" else "\n\n"
        if kind == "code":
            margin = min(len(it) - len(it.lstrip()) for it in lines if it)
            code = "\n".join(it[margin:] for it in lines)
            out += "```%s\n%s\n```" % (language(code), code)
        else:
            out += "\n".join(prose(it) for it in lines)
        last = kind
    return out


def language(code):
    """Tables and drawings are no C."""
    table = re.search(r"\S {2,}[^\s/]", code) or "`" in code or code.count("'") % 2
    return "c" if ";" in code and not table else "text"


def prose(line):
    """Signs that Markdown would read are no orders, but for backquotes. The names of
    functions lead to them."""
    parts = line.split("`")
    if len(parts) % 2 == 0:
        parts = [line.replace("`", "'")]
    for number, part in enumerate(parts):
        if number % 2 == 1:
            parts[number] = NAME.sub(link, part) if NAME.fullmatch(part) else "`%s`" % part
            continue
        start = re.match(r"(\s*- )?", part).group(0) if number == 0 else ""
        words = re.split(r"(\b(?:lwt|LWT)_\w+)", part[len(start):])
        for at, word in enumerate(words):
            if at % 2 == 1:
                words[at] = NAME.sub(link, word)
            else:
                words[at] = re.sub(r"([\\*_<>\[\]#{}$|~])", r"\\\1", word)
        parts[number] = start + "".join(words)
    return "".join(parts)


NAME = re.compile(r"(?:lwt|LWT)_\w+")
FUNCTIONS = set()


def link(match):
    name = match.group(0)
    return "[`%s`](#%s)" % (name, name) if name in FUNCTIONS else "`%s`" % name


def names(signature):
    """A declaration, its parameters below each other where it is long."""
    if len(signature) <= 76:
        return signature
    head, _, rest = signature.partition("(")
    if "(*" in signature:
        return signature
    depth, part, parts = 0, "", []
    for sign in rest:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        part += sign
        if sign == "," and depth == 0:
            parts.append(part.strip())
            part = ""
    parts.append(part.strip())
    return head + "(\n    " + "\n    ".join(parts)


def result(it):
    returns = it["returns"]
    text = RETURNS.get((returns["kind"], returns["ownership"]), "`" + returns["type"] + "`")
    if it["fails_by"] == "kind":
        text = "`LWT_OK`, which is 0, or the kind of the failure"
    elif it["fails_by"] == "promise":
        text = "A promise, owned by the caller"
        if returns.get("promise_of"):
            text += "; its value: " + prose(returns["promise_of"])
    elif it["fails_by"] == "null" and returns["nullable"]:
        text += "; `NULL` on failure"
    return text + "."


def errors(it):
    if it["errors"]:
        kinds = ", ".join("`%s`" % kind for kind in it["errors"])
        return "%s %s." % (FAILS.get(it["fails_by"], ""), kinds)
    return {"null": "`NULL`.", "false": "False."}.get(it["fails_by"], "None.")


def parameter(it):
    facts = [it["kind"]]
    if it["ownership"] not in ("none", "function"):
        facts.append(it["ownership"])
    if it["nullable"]:
        facts.append("may be `NULL`")
    return "`%s` (%s)" % (it["name"], ", ".join(facts))


def function(it):
    out = ["(%s)=" % it["name"], "#### " + it["name"].replace("_", "\\_"), "", "```c", names(it["signature"]), "```", ""]
    out += [markdown(it["doc"]), ""]
    if it["parameters"]:
        out += ["**Parameters:** " + "; ".join(map(parameter, it["parameters"])) + ".\\"]
    out += ["**Return value:** " + result(it) + "\\"]
    out += ["**Errors:** " + errors(it) + "\\"]
    out += ["**Threads:** " + THREADS[it["thread"]], ""]
    return out


def definition(title, doc, parts=()):
    out = ["`%s`" % title]
    body = markdown(doc) if doc else ""
    lines = body.split("\n") if body else []
    for name, text in parts:
        lines += ["", "- `%s`: %s" % (name, " ".join(prose(it) for it in text.split("\n")))]
    lines = lines or ["-"]
    while lines and not lines[0]:
        lines.pop(0)
    out.append(": " + lines[0])
    out += [("  " + line).rstrip() for line in lines[1:]]
    return out + [""]


def types(api, header):
    mine = lambda key: [it for it in api[key] if it["header"] == header]
    out = []
    for it in mine("handles"):
        release = " Released by `%s`." % it["release"] if it["release"] else ""
        out += definition(it["name"], it["doc"] + release)
    for it in mine("aliases"):
        out += definition("typedef %s %s" % (it["type"], it["name"]), it["doc"])
    for it in mine("enumerations"):
        parts = [("%s = %d" % (m["name"], m["value"]), m["doc"]) for m in it["members"]]
        out += definition("enum " + (it["name"] or "{...}"), it["doc"], parts)
    for it in mine("structures"):
        parts = [(("%s %s" % (f["type"], f["name"])).replace("* ", "*"), f["doc"]) for f in it["fields"]]
        out += definition("struct " + it["name"], it["doc"], parts)
    for it in mine("callbacks"):
        out += definition(it["signature"].rstrip(";"), it["doc"])
    return out


def macros(api, header):
    out = []
    for it in api["macros"]:
        if it["header"] == header:
            arguments = "(%s)" % ", ".join(it["parameters"]) if it["parameters"] is not None else ""
            out += definition(it["name"] + arguments, it["doc"])
    return out


def page(api, module):
    header = module["header"]
    out = ["# " + header.replace("_", "\\_"), ""]
    out += ["Module %s: %s." % (prose(module["lwt"]), prose(module["summary"])), ""]
    out += ["```c", "#include <%s>" % header, "```", "", "## Description", "", markdown(module["doc"]), ""]
    for title, part in (("Types and constants", types), ("Macros", macros)):
        text = part(api, header)
        if text:
            out += ["## " + title, ""] + text
    groups = {}
    for it in api["functions"]:
        if it["header"] == header:
            groups.setdefault(it["group"], []).append(it)
    if groups:
        out += ["## Functions", ""]
    for group, functions in groups.items():
        out += ["### " + group, ""]
        for it in functions:
            out += function(it)
    return "\n".join(out) + "\n"


def index(api):
    out = ["# Reference", "", "One page for each header, made from the headers themselves. The same is in the"]
    out += ["man pages: `man 7 lwt`, `man lwt_bind`. For programs it is in `lwt-api.json`.", ""]
    out += ["| header | module | what it is |", "|---|---|---|"]
    for module in api["modules"]:
        row = (module["header"], module["name"], prose(module["lwt"]), prose(module["summary"]))
        out.append("| [`%s`](%s.md) | %s | %s |" % row)
    out += ["", "```{toctree}", ":hidden:", ""] + [module["name"] for module in api["modules"]]
    return "\n".join(out + ["```", ""])


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/reference"
    api = json.loads((ROOT / "bindings/lwt-api.json").read_text())
    FUNCTIONS.update(it["name"] for it in api["functions"])
    out.mkdir(parents=True, exist_ok=True)
    pages = {module["name"]: page(api, module) for module in api["modules"]}
    pages["index"] = index(api)
    for name, text in pages.items():
        path = out / (name + ".md")
        # What is as it was keeps its time: Sphinx reads it no second time.
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


if __name__ == "__main__":
    main()
