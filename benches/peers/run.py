#!/usr/bin/env python3
"""Runs the cases of cases.txt (and of every further --cases file) and prints a table.

The programs are looked for in --bin; a peer that was not built is named and left out.
The rows of one case follow each other, whatever file they come from. Rounds are interleaved: each round runs every case once, so that a disturbance of the
machine does not hit all repetitions of one row.  With --retry K a run during which
other processes used more than 25 % of one CPU is repeated up to K times, and the
least disturbed one counts.  Where three calm runs at least exist, the figures of a row
are those of the calm runs alone; the other rows are marked "disturbed".
"""
import argparse, os, re, resource, shutil, statistics, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from cases import parse  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--bin", default=os.path.join(HERE, "..", "..", "build", "bench"), help="where the programs are")
ap.add_argument("--with", dest="with_peer", default="", help="only cases that this peer has a row of")
ap.add_argument("--cases", action="append", default=[], help="a further file of cases")
ap.add_argument("--rounds", type=int, default=1)
ap.add_argument("--retry", type=int, default=0)
ap.add_argument("--only", default="", help="regular expression on 'case peer'")
ap.add_argument("--tsv", default="", help="append every line with its round to this file")
ap.add_argument("--budget", type=float, default=1e9, help="seconds for all rounds; no repetition beyond it")
ap.add_argument("--timeout", type=float, default=60)
a = ap.parse_args()
BIN = os.path.abspath(a.bin)


def busy():
    f = [int(x) for x in open("/proc/stat").readline().split()[1:]]
    # user system irq softirq; not nice: the spinners of @hot
    return (f[0] + f[2] + f[5] + f[6]) / os.sysconf("SC_CLK_TCK")


def spinner(cpu):
    """A process of the lowest priority (SCHED_IDLE) that keeps a CPU from going idle."""
    def pre():
        os.nice(19)
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        os.sched_setaffinity(0, {cpu})
    return subprocess.Popen(["sh", "-c", "while :; do :; done"], preexec_fn=pre)


def children():
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def main():
    peers = {}
    cases = parse(os.path.join(HERE, "cases.txt"), peers)
    for f in a.cases:
        cases += parse(f, peers)
    peers = {name: os.path.join(BIN, program) for name, program in peers.items()}
    ranks = {case: i for i, case in reversed(list(enumerate(c[0] for c in cases)))}
    cases.sort(key=lambda c: ranks[c[0]])
    if a.with_peer:
        ours = {c[0] for c in cases if c[1].split("/")[0] == a.with_peer}
        cases = [c for c in cases if c[0] in ours]
    cases = [c for c in cases if re.search(a.only, c[0] + " " + c[1])]
    missing = sorted(p for p in peers if not os.path.exists(peers[p]))
    if missing:
        print("left out, as they are not built:", ", ".join(missing), file=sys.stderr, flush=True)
        cases = [c for c in cases if c[1].split("/")[0] not in missing]
    if not cases:
        sys.exit("no case left")
    base = os.environ.get("BENCH_TMP") or ("/dev/shm" if os.path.isdir("/dev/shm") else None)
    tmp = tempfile.mkdtemp(prefix="peers-", dir=base)
    env = dict(os.environ, BENCH_TMP=tmp, BENCH_LINES=os.path.join(tmp, "lines.txt"))
    cpu = max(os.sched_getaffinity(0))
    failed, rows, order = [], {}, []
    tsv = open(a.tsv, "a") if a.tsv else None
    try:
        lines = "0"
        if any(c[2] == "LINES" for c in cases):
            lines = subprocess.run([os.path.join(BIN, "raw"), "gen_lines", "200000000"], env=env,
                                   check=True, capture_output=True, text=True).stdout.strip()
        start = time.time()
        for rnd in range(1, a.rounds + 1):
            for case, label, n, stack in cases:
                n = lines if n == "LINES" else n
                name, _, variant = label.partition("/")
                cas, _, conf = case.partition("@")
                cmd = [peers[name], cas, n] + ([variant] if variant else [])
                m = re.match(r"echo_c(\d+)$", cas)
                if m:
                    cmd = [os.path.join(BIN, "loadgen"), label, cas, m[1], n, "64", peers[name]] + ([variant] if variant else [])
                if conf == "1cpu":
                    cmd = ["taskset", "-c", str(cpu)] + cmd
                if stack:
                    cmd = ["sh", "-c", 'ulimit -s unlimited; exec "$@"', "sh"] + cmd
                best, spin = None, []
                if conf == "hot":
                    spin = [spinner(c) for c in sorted(os.sched_getaffinity(0))]
                    time.sleep(0.02)
                for _ in range(a.retry + 1):
                    b0, c0, t0 = busy(), children(), time.time()
                    try:
                        p = subprocess.run(cmd, env=env, capture_output=True, text=True, timeout=a.timeout)
                        err = "" if p.returncode == 0 else f"status {p.returncode} {p.stderr.strip()[-200:]}"
                    except (subprocess.TimeoutExpired, OSError) as e:
                        err = str(e)[-200:]
                    other = max(0.0, busy() - b0 - (children() - c0)) / max(time.time() - t0, 1e-3)
                    if err:
                        break
                    if best is None or other < best[0]:
                        best = (other, p.stdout.strip())
                    if other < 0.25 or time.time() - start > a.budget * rnd / a.rounds:
                        break
                for p in spin:
                    p.kill()
                    p.wait()
                if err:
                    failed.append(f"{case} {label}: {err}")
                    print("FAILED", failed[-1], file=sys.stderr, flush=True)
                    continue
                w = best[1].split()
                if len(w) < 6 or w[1] != cas or int(w[2]) <= 0:
                    failed.append(f"{case} {label}: bad line {best[1]!r}")
                    continue
                w[1] = case
                if stack:
                    w[0] += "!stack"
                if tsv:
                    print(rnd, " ".join(w), f"other={best[0]:.2f}", file=tsv, flush=True)
                key = (case, w[0], w[2])
                if key not in rows:
                    rows[key] = []
                    order.append(key)
                kv = dict(x.split("=") for x in w[6:])
                rows[key].append((float(w[3]), int(w[5]), {k: float(v) for k, v in kv.items()}, best[0]))
            print(f"round {rnd}: {time.time() - start:.0f} s", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(tmp, ignore_errors=True)

    def num(x):
        return f"{x:,.0f}" if x >= 1000 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"

    names = list(dict.fromkeys(k[0] for k in order))
    print("| case | peer | N | ns/op (median) | min | max | ops/s | CPU ns/op | peak RSS MiB | other |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|---|")
    for c in names:
        ks = sorted((k for k in order if k[0] == c), key=lambda k: statistics.median(r[0] for r in rows[k]))
        for k in ks:
            rs = rows[k]
            calm = [r for r in rs if r[3] <= 0.25]
            rs = calm if len(calm) >= 3 else rs
            ns = [r[0] for r in rs]
            med = statistics.median(ns)
            ex = {x: statistics.median(r[2][x] for r in rs) for x in rs[0][2]}
            cpu_ = ex.pop("cpu_ns", float("nan"))
            ex = ", ".join(f"{x} {num(v)}" for x, v in ex.items())
            load = statistics.median(r[3] for r in rs)
            if load > 0.25:
                ex += f" (disturbed: {load:.0%} of a CPU)"
            print(f"| {c} | {k[1]} | {k[2]} | {num(med)} | {num(min(ns))} | {num(max(ns))} | {1e9 / med:,.0f} | "
                  f"{num(cpu_)} | {statistics.median(r[1] for r in rs) / 1024:.1f} | {ex} |")
    for f in failed:
        print("FAILED", f)
    return 1 if failed else 0


sys.exit(main())
