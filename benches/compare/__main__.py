"""Runs liblwt beside the peers, and writes the table and the chart.

Called by ../run, which builds the programs first. Exits with 0 also when a target
is missed: that is what the table says, in words.
"""
import argparse
import os
import re
import subprocess
import sys

import chart
import extras
import table

HERE = os.path.dirname(os.path.abspath(__file__))
BENCHES = os.path.dirname(HERE)


def arguments():
    ap = argparse.ArgumentParser(prog="benches/run", description=__doc__.splitlines()[0],
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rounds", type=int, default=2, help="rounds over all cases (default 2; 5 for a record)")
    ap.add_argument("--retry", type=int, default=0, help="repeat a disturbed run up to so many times")
    ap.add_argument("--only", default="", help="regular expression on 'case peer'")
    ap.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    ap.add_argument("--copy-tree", default="", help=argparse.SUPPRESS)
    ap.add_argument("--out", default=os.path.join(BENCHES, "results"), help="where the results go")
    ap.add_argument("--no-extras", action="store_true", help="no instructions, idle process and copy_tree")
    return ap.parse_args()


def main():
    a = arguments()
    program = os.path.join(a.bin, "liblwt_bench")
    os.makedirs(a.out, exist_ok=True)
    tsv = os.path.join(a.out, "lines.tsv")
    if os.path.exists(tsv):
        os.remove(tsv)
    ran = subprocess.run([sys.executable, os.path.join(BENCHES, "peers", "run.py"), "--bin", a.bin,
                          "--cases", os.path.join(BENCHES, "cases-liblwt.txt"), "--with", "liblwt",
                          "--rounds", str(a.rounds), "--retry", str(a.retry), "--only", a.only, "--tsv", tsv],
                         stdout=subprocess.DEVNULL)
    rows = table.read(tsv)
    figures = table.figures_of(rows)
    if not a.no_extras:
        wanted = [c for c in extras.countable() if re.search(a.only, f"{c[0]} {c[1]}")]
        figures.update(extras.instructions(a.bin, wanted))
        if re.search(a.only, "idle liblwt"):
            figures.update(extras.idle(program))
        if re.search(a.only, "copy_tree liblwt"):
            figures.update(extras.copy_tree(a.copy_tree))
    found = table.verdicts(figures)
    if a.only:
        found = [v for v in found if v.figure is not None]
    missed = [v for v in found if v.met is False]
    unknown = [v for v in found if v.met is None]
    summary = f"{len(found) - len(missed) - len(unknown)} of {len(found)} targets met, {len(missed)} not met, {len(unknown)} not measured."
    head = ["# liblwt beside its peers", "",
            f"{table.machine()}; {a.rounds} interleaved rounds. {summary}", "",
            "How it is measured, and what it does not show: `benches/README.md`.", ""]
    goals = ["## Targets", ""] + table.targets_table(found, figures)
    with open(os.path.join(a.out, "table.md"), "w") as f:
        f.write("\n".join(head + goals + ["", "![chart](chart.svg)", "", "## All rows", ""] + table.all_rows(rows) +
                          table.instructions_table(figures)) + "\n")
    by_case = {}
    for (case, row, measure), ns in figures.items():
        if measure == "time" and (case, row) in rows:
            by_case.setdefault(case, {})[row] = ns
    bounds = {}
    for v in found:
        if v.target.row == "liblwt" and v.target.measure == "time" and v.limit:
            bounds.setdefault(v.target.case, []).append(v.limit)
    with open(os.path.join(a.out, "chart.svg"), "w") as f:
        f.write(chart.draw(list(by_case.items()), bounds, f"{table.machine()}; {a.rounds} rounds"))
    print("\n".join(goals))
    print("\n" + summary)
    print(f"All rows: {os.path.join(a.out, 'table.md')}; the chart: {os.path.join(a.out, 'chart.svg')}")
    return ran.returncode


sys.exit(main())
