//! What each module is, in a line: for the first line of its man page, and for
//! lists of modules.

use super::api::Module;

const SUMMARIES: &[(&str, &str)] = &[
    ("lwt", "promises, exceptions, storage"),
    ("lwt_binding", "what bindings of other languages need"),
    (
        "lwt_bytes",
        "memory that is shared, kept while it is used, or a mapped file",
    ),
    (
        "lwt_condition",
        "telling those who wait that something has changed",
    ),
    ("lwt_coroutine", "coroutines of other languages as promises"),
    ("lwt_daemon", "a process in the background"),
    ("lwt_debug", "backtraces, dumps, what was left behind"),
    ("lwt_direct", "plain sequential code on promises: fibers"),
    (
        "lwt_engine",
        "what waits for descriptors and timers, and engines of your own",
    ),
    ("lwt_event", "what occurs now and then"),
    ("lwt_fmt", "formatted output"),
    ("lwt_gc", "finalisers that return promises"),
    ("lwt_glib", "GLib's main loop and ours as one"),
    (
        "lwt_io",
        "buffered channels: lines, numbers, files, connections, servers",
    ),
    (
        "lwt_list",
        "map, iter, fold, filter and find over arrays, with promises",
    ),
    (
        "lwt_log",
        "levels, sections, loggers to files, syslog and channels",
    ),
    ("lwt_main", "the main loop and its hooks"),
    ("lwt_mutex", "one at a time"),
    ("lwt_mvar", "a mailbox for one value"),
    (
        "lwt_pool",
        "resources that are made on demand and used again",
    ),
    ("lwt_pqueue", "persistent priority queues"),
    ("lwt_preemptive", "computations on threads of their own"),
    ("lwt_process", "child processes with channels"),
    (
        "lwt_read_line",
        "lines with editing, history and completion",
    ),
    ("lwt_result", "success or a typed error"),
    ("lwt_retry", "trying again"),
    ("lwt_rte", "tracing: the main loop's turns, and what waits"),
    ("lwt_seq", "pure lazy sequences"),
    ("lwt_sequence", "deques with removable nodes"),
    ("lwt_signal", "values that change"),
    ("lwt_ssl", "TLS on descriptors and channels"),
    ("lwt_stream", "elements that arrive over time"),
    ("lwt_switch", "clean-up hooks, scopes, time limits"),
    ("lwt_syntax", "try, catch and finally for direct style"),
    ("lwt_sys", "what this system can do"),
    (
        "lwt_term",
        "modes, keys, mouse, size, colours and drawing of a terminal",
    ),
    ("lwt_text", "channels of Unicode text in any encoding"),
    ("lwt_throttle", "so many a second for each key"),
    ("lwt_timeout", "timeouts that are started again and again"),
    (
        "lwt_unix",
        "system calls that do not block, jobs, notifications, signals, children",
    ),
];

/// A module in a line.
pub fn summary(module: &Module) -> &'static str {
    let known = SUMMARIES.iter().find(|(name, _)| *name == module.name);
    known.map_or_else(
        || {
            panic!(
                "{}.h: tests/reference/summary.rs has no line for it",
                module.name
            )
        },
        |(_, summary)| summary,
    )
}
