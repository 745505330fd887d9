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

INSTRUCTION_CASES = ["promise_bind_resolved", "promise_wait_bind_wakeup", "promise_chain",
                     "promise_join", "promise_cancel", "promise_pick2"]


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def collected(program, case, n):
    """Instructions of a whole run under callgrind."""
    with tempfile.TemporaryDirectory() as tmp:
        p = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={tmp}/out", program, case, str(n)],
                           capture_output=True, text=True, timeout=300)
    found = re.search(r"Collected : (\d+)", p.stderr)
    if p.returncode or not found:
        raise RuntimeError(f"{case} under callgrind: {p.stderr.strip()[-400:]}")
    return int(found[1])


def instructions(program, row="liblwt", cases=INSTRUCTION_CASES, small=20000, large=60000):
    """Per operation, by the difference of two runs, so that start-up cancels out."""
    figures = {}
    if not shutil.which("valgrind"):
        say("left out: instructions, as valgrind is not installed")
        return figures
    for case in cases:
        try:
            per_op = (collected(program, case, large) - collected(program, case, small)) / (large - small)
        except (RuntimeError, subprocess.TimeoutExpired) as e:
            say("FAILED", e)
            continue
        figures[case, row, "instructions"] = per_op
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
