"""What the clock cannot tell: instructions by callgrind, wake-ups of an idle
process, and copy_tree beside `cp -r`. Each function returns figures of the form
{(case, row, measure): number}, and says on standard error what it had to leave out.
"""
import glob
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.path.dirname(HERE), "peers")
sys.path.insert(0, PEERS)
from cases import parse  # noqa: E402

# The cases that make no system call for each operation, or next to none: callgrind
# does not see what the kernel does.
INSTRUCTION_CASES = re.compile("(promise_(?!sleepers)|coroutine_|mvar_|mutex_|with_timeout|list_|stream_|react_)")
# What can be counted: a fiber of Boost's is more than callgrind can follow.
INSTRUCTION_PEERS = ["callbacks", "libuv", "lwt", "tokio", "asio"]


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def collected(command):
    """Instructions of a whole run under callgrind."""
    with tempfile.TemporaryDirectory() as tmp:
        p = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={tmp}/out", *command],
                           capture_output=True, text=True, timeout=300)
    found = re.search(r"Collected : (\d+)", p.stderr)
    if p.returncode or not found:
        raise RuntimeError(f"{' '.join(command)} under callgrind: {p.stderr.strip()[-400:]}")
    return int(found[1])


def countable(peers=True):
    """[(case, row, program)]: the rows whose instructions are counted, ours first."""
    programs = {}
    rows = parse(os.path.join(os.path.dirname(HERE), "cases-liblwt.txt"), programs)
    ours = {case for case, *_ in rows}
    if peers:
        rows += parse(os.path.join(PEERS, "cases.txt"), programs)
    return [(case, row, programs[row.split("/")[0]]) for case, row, _, stack in rows
            if case in ours and not stack and INSTRUCTION_CASES.match(case)
            and row.split("/")[0] in ["liblwt", *INSTRUCTION_PEERS]]


def instructions(folder, rows, small=20000, large=60000):
    """Per operation, by the difference of two runs, so that start-up cancels out."""
    figures = {}
    if not shutil.which("valgrind"):
        say("left out: instructions, as valgrind is not installed")
        return figures
    for case, row, program in rows:
        program = os.path.join(folder, program)
        if not os.path.exists(program):
            continue
        variant = row.split("/")[1:]
        try:
            of = {n: collected([program, case, str(n), *variant]) for n in (small, large)}
        except (RuntimeError, subprocess.TimeoutExpired) as e:
            say("FAILED", e)
            continue
        figures[case, row, "instructions"] = (of[large] - of[small]) / (large - small)
    return figures


def switches(pid):
    """Context switches of all threads: {thread: count}."""
    counts = {}
    for name in glob.glob(f"/proc/{pid}/task/*/status"):
        with open(name) as f:
            counts[name] = sum(int(n) for n in re.findall(r"ctxt_switches:\s*(\d+)", f.read()))
    return counts


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def idle(program, seconds=2.0):
    """Wake-ups and CPU time of a process whose pool has threads and nothing to do."""
    p = subprocess.Popen([program, "idle", "2000"], stdout=subprocess.PIPE, text=True)
    try:
        if not (p.stdout.readline() or "").startswith("READY"):
            say("FAILED idle: the program did not become ready")
            return {}
        time.sleep(0.5)  # the workers have gone to sleep by now
        threads, before, cpu = len(switches(p.pid)), switches(p.pid), cpu_ticks(p.pid)
        time.sleep(seconds)
        after = switches(p.pid)
        woken = sum(after.get(t, n) - n for t, n in before.items()) + sum(n for t, n in after.items() if t not in before)
        return {("idle", "liblwt", "wakeups"): float(woken),
                ("idle", "liblwt", "cpu_ticks"): float(cpu_ticks(p.pid) - cpu),
                ("idle", "liblwt", "threads"): float(threads)}
    finally:
        p.send_signal(signal.SIGTERM)
        p.wait()


def tree_size(path, enough=2000, too_much=300 << 20):
    """Files and bytes below path; None when it is not a tree for this purpose."""
    files = size = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                st = os.lstat(os.path.join(folder, name))
            except OSError:
                return None
            files, size = files + 1, size + st.st_size
            if size > too_much:
                return None
    return (files, size) if files >= enough else None


def choose_tree():
    """The tree of examples_c/demo.sh: the first of its places that has at least
    2,000 files. BENCH_TREE names another."""
    home = os.environ.get("CARGO_HOME") or os.path.expanduser("~/.cargo")
    places = ["/usr/lib/python3/dist-packages", "/usr/lib/python3", *sorted(glob.glob("/usr/lib/python3.*")),
              "/usr/include", "/usr/share/doc", "/usr/share/man", "/usr/share/zoneinfo", "/usr/share/perl",
              "/usr/share/icons", os.path.join(home, "registry", "src"), "/usr/share", "/usr/lib"]
    named = os.environ.get("BENCH_TREE")
    for path in [named] if named else places:
        size = os.path.isdir(path) and tree_size(path, 1 if named else 2000)
        if size:
            return path, size
    return None, None


def copy_tree(program, rounds=3):
    """Alternately copy_tree and cp -r, the tree in the page cache; ns per copy."""
    if not os.access(program, os.X_OK):
        say("left out: copy_tree, as the example is not built")
        return {}
    tree, size = choose_tree()
    if not tree:
        say("left out: copy_tree, as no tree of 2,000 files and at most 300 MiB was found")
        return {}
    say(f"copy_tree: {tree}, {size[0]} files, {size[1] >> 20} MiB")
    taken = {"copy_tree": [], "cp -r": []}
    commands = {"copy_tree": [program], "cp -r": ["cp", "-r"]}
    with tempfile.TemporaryDirectory() as tmp:
        for turn in range(rounds + 1):
            for name, command in commands.items():
                target = os.path.join(tmp, "copy")
                start = time.monotonic_ns()
                p = subprocess.run(command + [tree, target], capture_output=True, text=True)
                spent = time.monotonic_ns() - start
                if p.returncode:
                    say(f"FAILED {name}: {p.stderr.strip()[-400:]}")
                    return {}
                if turn:  # the first fills the page cache
                    taken[name].append(spent)
                elif name == "copy_tree" and subprocess.run(["diff", "-r", "--no-dereference", tree, target],
                                                            capture_output=True).returncode:
                    say("FAILED copy_tree: the copy differs")
                    return {}
                shutil.rmtree(target)
    return {("copy_tree", name, "time"): float(statistics.median(ns)) for name, ns in taken.items()}
