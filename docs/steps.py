#!/usr/bin/env python3
"""steps.py CHAPTER: prints, as a script for sh, what a reader does who follows a
first chapter of the guide (first-c.md and its kin) to the letter.

The chapter itself is what is followed. In it

  - a literalinclude with a caption is a file that the reader saves, in the
    current folder, under the name that the caption says;
  - a block of sh is a command, or several, that the reader types;
  - a literalinclude of a file NAME.out is what the last of these commands has to
    print. A mark of omission, "...", stands for anything on its line.

The script wants an empty current folder. It ends with another status than 0 at the
first thing that is not as the chapter says.
"""

import pathlib
import re
import shlex
import sys

FENCE = re.compile(r"^```(\{literalinclude\} *\S+|sh)\n(.*?)^```$", re.M | re.S)


def steps(chapter):
    """The steps of a chapter: ("save", name, text), ("type", commands), ("see", text)."""
    for kind, body in FENCE.findall(chapter.read_text()):
        if kind == "sh":
            yield "type", body
            continue
        file = chapter.parent / kind.split()[1]
        caption = re.search(r"^:caption: *(.+)$", body, re.M)
        if file.suffix == ".out":
            yield "see", file.read_text()
        elif caption:
            yield "save", caption.group(1).strip("` "), file.read_text()


def as_pattern(text):
    """Output as a pattern of the shell's case."""
    return "*".join(shlex.quote(part) if part else "" for part in text.rstrip("\n").split("..."))


def script(chapter):
    """The script of a chapter."""
    lines = ["set -e", "seen=$(pwd)/.seen"]
    for step in steps(chapter):
        if step[0] == "save":
            _, name, text = step
            lines += [f"cat >{shlex.quote(name)} <<'END OF THE FILE'", text + "END OF THE FILE"]
        elif step[0] == "type":
            *before, last = step[1].strip().replace("\\\n", " ").splitlines()
            for command in before:
                lines += [f"echo {shlex.quote('$ ' + command)}", command]
            # In this shell, not in another one: a command may change it.
            lines += [f"echo {shlex.quote('$ ' + last)}", f'{last} >"$seen" 2>&1 || {{ cat "$seen"; exit 1; }}',
                      'cat "$seen"']
        else:
            lines += ['case "$(cat "$seen")" in', f"{as_pattern(step[1])}) ;;",
                      "*) echo 'The chapter says that this is printed:'",
                      f"printf '%s\\n' {shlex.quote(step[1])}; exit 1 ;;", "esac"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(script(pathlib.Path(sys.argv[1])), end="")
