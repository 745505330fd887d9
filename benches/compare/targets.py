"""What liblwt has to reach, as data, and the judgement of a measurement.

A target names a case and liblwt's row in it, what is measured, and the bound: a
factor on another row's figure (of the same run), or a plain number. `stretch` is
what would be better still.
"""
from typing import NamedTuple, Optional


class Bound(NamedTuple):
    """`factor` times the figure of `row` in `case`; without a row a plain number."""
    factor: float
    row: Optional[str] = None
    case: Optional[str] = None


class Target(NamedTuple):
    case: str
    row: str
    measure: str  # time (ns per operation), p99 (ns, 99 of 100 are below), instructions, bytes, wakeups, ratio
    bound: Bound
    stretch: Optional[Bound] = None


def times(factor, row, case=None):
    return Bound(factor, row, case)


def plain(number):
    return Bound(number)


OURS = "liblwt"
TARGETS = [
    Target("promise_bind_resolved", OURS, "instructions", plain(170), plain(130)),
    Target("promise_bind_resolved", OURS, "time", times(1.8, "lwt"), times(1.4, "lwt")),
    Target("promise_wait_bind_wakeup", OURS, "instructions", plain(420), plain(310)),
    Target("promise_wait_bind_wakeup", OURS, "time", times(0.45, "lwt"), times(0.33, "lwt")),
    Target("promise_chain", OURS, "instructions", plain(290), plain(220)),
    Target("promise_chain", OURS, "time", times(0.15, "tokio")),
    Target("promise_join", OURS, "instructions", plain(420), plain(330)),
    Target("promise_join", OURS, "time", times(0.25, "tokio")),
    Target("promise_sleepers", OURS, "bytes", plain(136), plain(128)),
    Target("promise_cancel", OURS, "instructions", plain(720), plain(560)),
    Target("promise_pick2", OURS, "instructions", plain(1050), plain(800)),
    # What waits in turn, lists, streams and coroutines: not dearer than in Lwt, or than what C++ has
    # in Asio. The instructions are what was first counted, and a little: more is a step back.
    *[Target(case, OURS, "instructions", plain(most)) for case, most in [
        ("mvar_handover", 830), ("mutex_uncontended", 230), ("stream_push_next", 515), ("stream_next_push", 640),
        ("list_iter_s", 270), ("list_iter_p", 545), ("coroutine_ready", 165), ("coroutine_pending", 800)]],
    *[Target(case, OURS, "time", times(1.0, "lwt"), times(0.5, "lwt")) for case in
      ["mvar_handover", "mutex_uncontended", "stream_push_next", "stream_next_push", "list_iter_s", "list_iter_p"]],
    *[Target(case, OURS, "time", times(1.0, "asio"), times(0.5, "asio")) for case in
      ["mvar_handover", "mutex_uncontended", "stream_push_next", "stream_next_push", "list_iter_s", "list_iter_p",
       "coroutine_ready", "coroutine_call", "coroutine_pending"]],
    # A load and a comparison; a million lines a second.
    Target("log_disabled", OURS, "time", plain(2)),
    Target("log_file", OURS, "time", plain(1000), times(1.0, "spdlog")),
    # A millisecond from a key to the end of its redraw, in the middle and for 99 of 100 keys.
    *[Target(case, OURS + variant, measure, plain(1e6)) for case, variants in
      [("redraw_10", ["", "/words"]), ("redraw_70", ["", "/words"]), ("redraw_1000", ["", "/words", "/front"])]
      for variant in variants for measure in ["time", "p99"]],
    # Two context switches: what two threads need that wake each other by futex.
    Target("job_latency@1cpu", OURS, "time", times(0.8, "boost.fiber"), times(1.0, "raw/futex", "notify_pingpong@1cpu")),
    Target("job_latency@1cpu", OURS, "time", times(0.35, "libuv")),
    Target("job_latency", OURS, "time", times(0.1, "libuv"), plain(1500)),
    Target("job_throughput_p4", OURS, "time", times(0.5, "libuv"), plain(150)),
    Target("mkdir", OURS, "time", times(1.05, "raw"), times(0.9, "raw")),
    # Starting a child is the kernel's work, and must not become more in a program with much memory.
    *[Target(case, OURS + "/big", "time", times(1.0, "libuv/big"), times(1.0, "raw/big")) for case in
      ["spawn", "spawn_p8"]],
    *[Target(case, OURS, "time", times(1.05, "libuv"), times(1.0, "raw")) for case in ["spawn", "spawn_p8"]],
    Target("notify_each", OURS, "time", times(0.4, "libuv"), plain(30)),
    Target("notify_pingpong@1cpu", OURS, "time", times(0.8, "libuv"), times(1.0, "raw/futex")),
    Target("timers_cancel", OURS, "time", times(0.7, "libev"), times(1.0, "raw")),
    Target("timers_churn", OURS, "time", times(1.0, "libev"), times(1.0, "raw")),
    Target("timers_fire", OURS, "time", times(0.7, "libev"), times(1.0, "raw")),
    Target("yield2", OURS, "time", times(0.7, "libuv")),
    Target("yield2", OURS + "/fd", "time", times(0.7, "libuv")),
    Target("yield1000", OURS, "time", plain(40), plain(20)),
    Target("yield1000", OURS + "/fiber", "time", times(1.0, "boost.fiber"), plain(20)),
    Target("idle", OURS, "wakeups", plain(0)),
    Target("copy_tree", "copy_tree", "time", times(1.0, "cp -r"), times(0.7, "cp -r")),
]

UNITS = {"time": "ns", "p99": "ns (99 %)", "instructions": "instructions", "bytes": "bytes", "wakeups": "wake-ups"}


class Verdict(NamedTuple):
    target: Target
    figure: Optional[float]
    limit: Optional[float]  # the bound as a number of this run
    words: str
    met: Optional[bool]     # None: not measured


def limit_of(bound, target, figures):
    """The bound as a number, or None when the row it refers to was not run."""
    if bound.row is None:
        return bound.factor
    other = figures.get((bound.case or target.case, bound.row, target.measure))
    return None if other is None else bound.factor * other


def judge(target, figures):
    """figures: {(case, row, measure): number}."""
    figure = figures.get((target.case, target.row, target.measure))
    if figure is None:
        return Verdict(target, None, None, "not measured", None)
    limit = limit_of(target.bound, target, figures)
    if limit is None:
        return Verdict(target, figure, None, f"{target.bound.row} was not run", None)
    if figure > limit:
        by = f", {figure / limit:.2f} times the bound" if limit else ""
        return Verdict(target, figure, limit, f"**NOT met**{by}", False)
    stretch = target.stretch and limit_of(target.stretch, target, figures)
    if stretch is not None and figure <= stretch:
        return Verdict(target, figure, limit, "met, the stretch goal too", True)
    return Verdict(target, figure, limit, "met", True)
