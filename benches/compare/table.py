"""Reads the lines that peers/run.py wrote, and writes the tables."""
import platform
import statistics

from targets import TARGETS, UNITS, judge


def read(path):
    """{(case, row): {"n": N, "ns": [...], "bytes": [...], "p99": [...], "other": [...]}} in order."""
    rows = {}
    with open(path) as f:
        for line in f:
            w = line.split()
            extra = dict(x.split("=") for x in w[7:])
            r = rows.setdefault((w[2], w[1]), {"n": w[3], "ns": [], "cpu": [], "bytes": [], "p99": [], "other": []})
            r["ns"].append(float(w[4]))
            r["cpu"].append(float(extra["cpu_ns"]))
            r["other"].append(float(extra["other"]))
            if "bytes_per_op" in extra:
                r["bytes"].append(float(extra["bytes_per_op"]))
            if "p99_ns" in extra:
                r["p99"].append(float(extra["p99_ns"]))
    return rows


def calm(row, key):
    """The runs that nothing disturbed, when there are enough of them; else all."""
    undisturbed = [v for v, other in zip(row[key], row["other"]) if other <= 0.25]
    return undisturbed if len(undisturbed) >= 3 else row[key]


def figures_of(rows):
    figures = {}
    for (case, row), r in rows.items():
        figures[case, row, "time"] = statistics.median(calm(r, "ns"))
        figures[case, row, "cpu"] = statistics.median(calm(r, "cpu"))
        if r["p99"]:
            figures[case, row, "p99"] = statistics.median(calm(r, "p99"))
        if r["bytes"]:
            # Whole bytes: the kernel's count of resident pages is no finer.
            figures[case, row, "bytes"] = float(round(statistics.median(r["bytes"])))
    return figures


def number(x):
    return f"{x:,.0f}" if x >= 1000 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def bound_words(bound, limit, target):
    unit = UNITS[target.measure]
    if bound.row is None:
        return f"≤ {number(bound.factor)} {unit}" if bound.factor else f"0 {unit}"
    where = f" in {bound.case}" if bound.case else ""
    known = f" = {shown(limit, target)}" if limit is not None else ""
    return f"≤ {bound.factor:g} × {bound.row}{where}{known}"


def shown(figure, target):
    if target.case == "copy_tree":
        return f"{figure / 1e6:,.0f} ms"
    return f"{number(figure)} {UNITS[target.measure]}"


def verdicts(figures):
    return [judge(t, figures) for t in TARGETS]


def machine():
    model = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    cpus = sum(line.startswith("processor") for line in open("/proc/cpuinfo"))
    return f"{cpus} CPUs ({model}), Linux {platform.release()}"


def ratios(v, figures):
    """Ours by theirs, by wall time and by the time of all CPUs."""
    t = v.target
    out = []
    for measure in ("time", "cpu"):
        ours = figures.get((t.case, t.row, measure))
        theirs = t.bound.row and figures.get((t.bound.case or t.case, t.bound.row, measure))
        out.append(f"{ours / theirs:.2f}" if t.measure == "time" and ours and theirs else "")
    return out


def targets_table(found, figures):
    out = ["| case | row | liblwt | must be | ratio | ratio of CPU time | result |", "|---|---|--:|---|--:|--:|---|"]
    for v in found:
        t = v.target
        wall, cpu = ratios(v, figures)
        out.append(f"| {t.case} | {t.row} | {'–' if v.figure is None else shown(v.figure, t)} | "
                   f"{bound_words(t.bound, v.limit, t)} | {wall} | {cpu} | {v.words} |")
    return out


def all_rows(rows):
    out = ["| case | peer | N | ns/op (median) | min | max | times liblwt | CPU ns/op |", "|---|---|--:|--:|--:|--:|--:|--:|"]
    for case in dict.fromkeys(case for case, _ in rows):
        of_case = {row: statistics.median(calm(r, "ns")) for (c, row), r in rows.items() if c == case}
        ours = of_case.get("liblwt")
        for row, ns in sorted(of_case.items(), key=lambda x: x[1]):
            r = rows[case, row]
            name = f"**{row}**" if row.startswith("liblwt") else row
            noise = statistics.median(r["other"])
            mark = f" (disturbed: {noise:.0%} of a CPU)" if noise > 0.25 else ""
            out.append(f"| {case} | {name} | {r['n']} | {number(ns)} | {number(min(r['ns']))} | {number(max(r['ns']))} | "
                       f"{f'{ns / ours:.2f}' if ours else '–'} | {number(statistics.median(r['cpu']))}{mark} |")
    return out


def instructions_table(figures):
    counted = {key[:2]: n for key, n in figures.items() if key[2] == "instructions"}
    if not counted:
        return []
    out = ["", "## Instructions", "",
           "By callgrind, for one operation, the caller's loop and callback included; what the kernel does is not seen.", "",
           "| case | peer | instructions | times liblwt |", "|---|---|--:|--:|"]
    for case in dict.fromkeys(case for case, _ in counted):
        of_case = {row: n for (c, row), n in counted.items() if c == case}
        ours = of_case.get("liblwt")
        for row, n in sorted(of_case.items(), key=lambda x: x[1]):
            name = f"**{row}**" if row.startswith("liblwt") else row
            out.append(f"| {case} | {name} | {number(n)} | {f'{n / ours:.2f}' if ours else '–'} |")
    return out
