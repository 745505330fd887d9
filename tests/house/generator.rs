//! Writes the headers of `include/`. Each comes from the Rust files of its
//! module (cbindgen turns them into declarations) and from two optional texts
//! beside them in `src/capi/`:
//!
//! - `NAME.top.h` comes before the declarations: what the module is about, and
//!   types that cbindgen can't write;
//! - `NAME.inc.h` comes after them: macros and inline functions.
//!
//! Last come the macros that tell debugging the place of a call (`places`).
//!
//! `#include` lines of both texts move up to the header's own.

use std::path::{Path, PathBuf};

use cbindgen::{Builder, Config, DocumentationStyle, ItemType, Language, Style};

use super::{places, polish, root, text};

/// A header and where it comes from.
pub struct Header {
    /// Its name, without the ending.
    pub name: &'static str,
    /// The module of Lwt.
    pub module: &'static str,
    /// The Rust files, in the order in which their functions are declared.
    pub sources: &'static [&'static str],
}

/// All headers, those that others include first.
pub const HEADERS: &[Header] = &[
    Header {
        name: "lwt",
        module: "Lwt",
        sources: &[
            "src/abi.rs",
            "src/promise/values.rs",
            "src/promise/text.rs",
            "src/promise/result.rs",
            "src/capi/lwt/exn.rs",
            "src/capi/lwt/create.rs",
            "src/capi/lwt/ready.rs",
            "src/capi/lwt/state.rs",
            "src/capi/lwt/sequential.rs",
            "src/capi/lwt/apply.rs",
            "src/capi/lwt/backtrace.rs",
            "src/capi/lwt/cancel.rs",
            "src/capi/lwt/concurrent.rs",
            "src/capi/lwt/values.rs",
            "src/capi/lwt/result.rs",
            "src/capi/lwt/storage.rs",
            "src/capi/lwt/pause.rs",
            "src/capi/lwt/background.rs",
            "src/capi/lwt/filter.rs",
            "src/capi/lwt/callbacks.rs",
        ],
    },
    Header {
        name: "lwt_coroutine",
        module: "Lwt, for coroutines of other languages",
        sources: &["src/promise/coroutine.rs", "src/capi/lwt_coroutine.rs"],
    },
    Header {
        name: "lwt_mutex",
        module: "Lwt_mutex",
        sources: &["src/capi/lwt_mutex.rs"],
    },
    Header {
        name: "lwt_condition",
        module: "Lwt_condition",
        sources: &["src/capi/lwt_condition.rs"],
    },
    Header {
        name: "lwt_mvar",
        module: "Lwt_mvar",
        sources: &["src/capi/lwt_mvar.rs"],
    },
    Header {
        name: "lwt_pool",
        module: "Lwt_pool",
        sources: &["src/capi/lwt_pool.rs"],
    },
    Header {
        name: "lwt_switch",
        module: "Lwt_switch",
        sources: &["src/capi/lwt_switch.rs"],
    },
    Header {
        name: "lwt_list",
        module: "Lwt_list",
        sources: &["src/capi/lwt_list/map.rs", "src/capi/lwt_list/search.rs"],
    },
    Header {
        name: "lwt_sequence",
        module: "Lwt_sequence",
        sources: &[
            "src/capi/lwt_sequence/node.rs",
            "src/capi/lwt_sequence/ends.rs",
            "src/capi/lwt_sequence/walk.rs",
        ],
    },
    Header {
        name: "lwt_pqueue",
        module: "Lwt_pqueue",
        sources: &["src/capi/lwt_pqueue.rs"],
    },
    Header {
        name: "lwt_result",
        module: "Lwt_result",
        sources: &["src/capi/lwt_result.rs"],
    },
    Header {
        name: "lwt_seq",
        module: "Lwt_seq",
        sources: &[
            "src/capi/lwt_seq/node.rs",
            "src/capi/lwt_seq/source.rs",
            "src/capi/lwt_seq/transform.rs",
            "src/capi/lwt_seq/drain.rs",
        ],
    },
    Header {
        name: "lwt_stream",
        module: "Lwt_stream",
        sources: &[
            "src/capi/lwt_stream/create.rs",
            "src/capi/lwt_stream/push.rs",
            "src/capi/lwt_stream/bounded.rs",
            "src/capi/lwt_stream/read.rs",
            "src/capi/lwt_stream/transform.rs",
            "src/capi/lwt_stream/merge.rs",
            "src/capi/lwt_stream/drain.rs",
        ],
    },
    Header {
        name: "lwt_retry",
        module: "Lwt_retry",
        sources: &["src/capi/lwt_retry.rs"],
    },
    Header {
        name: "lwt_debug",
        module: "Lwt, debugging",
        sources: &["src/capi/lwt_debug.rs"],
    },
    Header {
        name: "lwt_main",
        module: "Lwt_main",
        sources: &["src/capi/lwt_main.rs", "src/capi/lwt_main_thread.rs"],
    },
    Header {
        name: "lwt_engine",
        module: "Lwt_engine",
        sources: &["src/scheduler/engine/based.rs", "src/capi/lwt_engine.rs"],
    },
    Header {
        name: "lwt_unix",
        module: "Lwt_unix",
        sources: &[
            "src/scheduler/job/record.rs",
            "src/capi/lwt_unix/job.rs",
            "src/capi/lwt_unix/pool.rs",
            "src/capi/lwt_unix/memory.rs",
            "src/capi/lwt_unix/notification.rs",
            "src/capi/lwt_unix/time.rs",
            "src/capi/lwt_unix/file.rs",
            "src/capi/lwt_unix/fd.rs",
            "src/capi/lwt_unix/transfer.rs",
            "src/capi/lwt_unix/vector.rs",
            "src/capi/lwt_unix/stat.rs",
            "src/capi/lwt_unix/link.rs",
            "src/unix/file/entries.rs",
            "src/capi/lwt_unix/directory.rs",
            "src/capi/lwt_unix/lock.rs",
            "src/capi/lwt_unix/identity.rs",
            "src/capi/lwt_unix/terminal.rs",
            "src/unix/net/address.rs",
            "src/unix/net/names.rs",
            "src/capi/lwt_unix/address.rs",
            "src/unix/net/socket.rs",
            "src/capi/lwt_unix/socket.rs",
            "src/capi/lwt_unix/connect.rs",
            "src/capi/lwt_unix/option.rs",
            "src/capi/lwt_unix/exchange.rs",
            "src/capi/lwt_unix/message.rs",
            "src/capi/lwt_unix/host.rs",
            "src/capi/lwt_unix/signal.rs",
            "src/unix/child/value.rs",
            "src/capi/lwt_unix/child.rs",
            "src/capi/lwt_unix/fork.rs",
            "src/capi/lwt_unix/hand_over.rs",
            "src/capi/lwt_unix/cpu.rs",
        ],
    },
    Header {
        name: "lwt_sys",
        module: "Lwt_sys",
        sources: &["src/unix/sys.rs", "src/capi/lwt_sys.rs"],
    },
    Header {
        name: "lwt_timeout",
        module: "Lwt_timeout",
        sources: &["src/capi/lwt_timeout.rs"],
    },
    Header {
        name: "lwt_throttle",
        module: "Lwt_throttle",
        sources: &["src/capi/lwt_throttle.rs"],
    },
    Header {
        name: "lwt_gc",
        module: "Lwt_gc",
        sources: &["src/capi/lwt_gc.rs"],
    },
    Header {
        name: "lwt_bytes",
        module: "Lwt_bytes",
        sources: &["src/capi/lwt_bytes.rs"],
    },
    Header {
        name: "lwt_io",
        module: "Lwt_io",
        sources: &[
            "src/io/direct.rs",
            "src/capi/lwt_io/channel.rs",
            "src/capi/lwt_io/read.rs",
            "src/capi/lwt_io/write.rs",
            "src/capi/lwt_io/print.rs",
            "src/capi/lwt_io/number.rs",
            "src/capi/lwt_io/direct.rs",
            "src/capi/lwt_io/file.rs",
            "src/capi/lwt_io/connection.rs",
            "src/capi/lwt_io/server.rs",
            "src/capi/lwt_io/copy.rs",
            "src/capi/lwt_io/hand_over.rs",
        ],
    },
    Header {
        name: "lwt_fmt",
        module: "Lwt_fmt",
        sources: &["src/capi/lwt_fmt.rs"],
    },
    Header {
        name: "lwt_process",
        module: "Lwt_process",
        sources: &[
            "src/process/command.rs",
            "src/capi/lwt_process/process.rs",
            "src/capi/lwt_process/open.rs",
            "src/capi/lwt_process/with.rs",
            "src/capi/lwt_process/read.rs",
            "src/capi/lwt_process/write.rs",
            "src/capi/lwt_process/map.rs",
        ],
    },
    Header {
        name: "lwt_direct",
        module: "Lwt_direct",
        sources: &["src/capi/lwt_direct.rs"],
    },
    Header {
        name: "lwt_syntax",
        module: "the syntax extension",
        sources: &["src/capi/lwt_syntax.rs"],
    },
    Header {
        name: "lwt_binding",
        module: "Lwt, for bindings of other languages",
        sources: &[
            "src/binding/completed.rs",
            "src/binding/hooks.rs",
            "src/direct/bounds.rs",
            "src/capi/lwt_binding.rs",
        ],
    },
    Header {
        name: "lwt_preemptive",
        module: "Lwt_preemptive",
        sources: &["src/capi/lwt_preemptive.rs"],
    },
    Header {
        name: "lwt_rte",
        module: "Lwt_rte",
        sources: &["src/rte/events.rs", "src/capi/lwt_rte.rs"],
    },
    Header {
        name: "lwt_log",
        module: "Lwt_log",
        sources: &[
            "src/log/section.rs",
            "src/capi/lwt_log/section.rs",
            "src/log/message.rs",
            "src/log/logger/user.rs",
            "src/capi/lwt_log/logger.rs",
            "src/capi/lwt_log/write.rs",
        ],
    },
    Header {
        name: "lwt_daemon",
        module: "Lwt_daemon",
        sources: &["src/capi/lwt_daemon.rs"],
    },
    Header {
        name: "lwt_event",
        module: "Lwt_react.E",
        sources: &[
            "src/capi/closure/shared.rs",
            "src/capi/lwt_event/event.rs",
            "src/capi/lwt_event/combine.rs",
            "src/capi/lwt_event/several.rs",
            "src/capi/lwt_event/promise.rs",
            "src/capi/closure/served.rs",
            "src/capi/lwt_event/served.rs",
            "src/capi/lwt_event/notify.rs",
        ],
    },
    Header {
        name: "lwt_signal",
        module: "Lwt_react.S",
        sources: &[
            "src/react/operators.rs",
            "src/capi/lwt_signal/signal.rs",
            "src/capi/lwt_signal/combine.rs",
            "src/capi/lwt_signal/several.rs",
            "src/capi/lwt_signal/promise.rs",
            "src/capi/lwt_signal/served.rs",
            "src/capi/lwt_signal/begun.rs",
            "src/capi/lwt_signal/lifted.rs",
        ],
    },
    Header {
        name: "lwt_text",
        module: "Lwt_text",
        sources: &[
            "src/capi/lwt_text/channel.rs",
            "src/capi/lwt_text/read.rs",
            "src/capi/lwt_text/write.rs",
            "src/capi/lwt_text/print.rs",
            "src/capi/lwt_text/file.rs",
        ],
    },
    Header {
        name: "lwt_term",
        module: "Lwt_term",
        sources: &[
            "src/capi/lwt_term/mode.rs",
            "src/capi/lwt_term/key.rs",
            "src/capi/lwt_term/style.rs",
            "src/term/zone.rs",
            "src/capi/lwt_term/draw.rs",
        ],
    },
    Header {
        name: "lwt_read_line",
        module: "Lwt_read_line",
        sources: &[
            "src/capi/lwt_read_line/command.rs",
            "src/capi/lwt_read_line/engine.rs",
            "src/capi/lwt_read_line/keymap.rs",
            "src/capi/lwt_read_line/history.rs",
            "src/capi/lwt_read_line/complete.rs",
            "src/capi/lwt_read_line/options.rs",
            "src/capi/lwt_read_line/read.rs",
            "src/capi/lwt_read_line/render.rs",
            "src/capi/lwt_read_line/control.rs",
        ],
    },
    Header {
        name: "lwt_ssl",
        module: "Lwt_ssl",
        sources: &[
            "src/ssl/error.rs",
            "src/ssl/certificate.rs",
            "src/capi/lwt_ssl/error.rs",
            "src/capi/lwt_ssl/context.rs",
            "src/capi/lwt_ssl/socket.rs",
            "src/capi/lwt_ssl/session.rs",
            "src/capi/lwt_ssl/transfer.rs",
            "src/capi/lwt_ssl/certificate.rs",
        ],
    },
    Header {
        name: "lwt_glib",
        module: "Lwt_glib",
        sources: &["src/glib/mod.rs", "src/capi/lwt_glib.rs"],
    },
];

/// The headers as they should be: file name and text.
pub fn headers() -> Vec<(String, String)> {
    let mut all: Vec<_> = HEADERS
        .iter()
        .map(|header| (format!("{}.h", header.name), generate(header)))
        .collect();
    all.push(("lwt_all.h".into(), everything()));
    all
}

/// `lwt_all.h`.
fn everything() -> String {
    let mut out = String::from(
        "/* All of liblwt: a header for each module. Generated; see `make headers`. */\n\
         #ifndef LWT_ALL_H\n#define LWT_ALL_H\n\n",
    );
    for header in HEADERS {
        out += &format!("#include \"{}.h\"\n", header.name);
    }
    out + "\n#endif /* LWT_ALL_H */\n"
}

fn generate(header: &Header) -> String {
    let top = verbatim(header.name, "top");
    let after = verbatim(header.name, "inc");
    let guard = format!("{}_H", header.name.to_uppercase());
    let mut out = format!(
        "/* Module {}. Generated from src/capi/ by `make headers`: don't edit it. */\n\
         #ifndef {guard}\n#define {guard}\n\n",
        header.module
    );
    for include in includes(header, &[&top.includes, &after.includes]) {
        out += &include;
        out.push('\n');
    }
    out += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
    let declarations = declarations(header);
    let places = places::macros(header.name, &declarations);
    for part in [polish::polish_text(&top.body), declarations, after.body] {
        if !part.trim().is_empty() {
            out += &format!("\n{}\n", part.trim());
        }
    }
    out += "\n#ifdef __cplusplus\n}\n#endif\n";
    out + &places + &format!("\n#endif /* {guard} */\n")
}

/// The `#include` lines: the language's own, those of the texts, and `lwt.h`.
fn includes(header: &Header, extra: &[&Vec<String>]) -> Vec<String> {
    let mut system: Vec<String> = ["stdbool", "stddef", "stdint"]
        .map(|name| format!("#include <{name}.h>"))
        .into();
    system.extend(extra.iter().flat_map(|lines| lines.iter().cloned()));
    system.sort();
    system.dedup();
    if header.name != "lwt" {
        system.push("\n#include \"lwt.h\"".into());
    }
    system
}

/// What cbindgen makes of the module's Rust files.
fn declarations(header: &Header) -> String {
    let sources = sources(header);
    let mut config = config();
    // Types that no function of this header names are for other headers.
    config.export.include = sources
        .iter()
        .flat_map(|source| public_types(source))
        .collect();
    let mut builder = Builder::new().with_config(config);
    for source in sources {
        builder = builder.with_src(source);
    }
    let mut out = Vec::new();
    builder
        .generate()
        .unwrap_or_else(|e| panic!("cbindgen on {}: {e}", header.name))
        .write(&mut out);
    let out = String::from_utf8(out).expect("cbindgen writes UTF-8");
    polish::polish(&out)
}

/// The Rust files of a header.
pub fn sources(header: &Header) -> Vec<PathBuf> {
    header
        .sources
        .iter()
        .map(|source| root().join(source))
        .collect()
}

/// The names of the types that a Rust file offers to C: those that begin as all
/// names of the library do.
pub fn public_types(source: &Path) -> Vec<String> {
    let file = syn::parse_file(&text(source)).unwrap_or_else(|e| panic!("{source:?}: {e}"));
    let public = |vis: &syn::Visibility| matches!(vis, syn::Visibility::Public(_));
    let name = |item: &syn::Item| match item {
        syn::Item::Struct(it) if public(&it.vis) => Some(it.ident.to_string()),
        syn::Item::Enum(it) if public(&it.vis) => Some(it.ident.to_string()),
        syn::Item::Type(it) if public(&it.vis) => Some(it.ident.to_string()),
        _ => None,
    };
    let ours = |name: &String| name.starts_with("lwt_");
    file.items.iter().filter_map(name).filter(ours).collect()
}

/// Structures of the system that functions of ours take or give: `libc::stat`
/// is `struct stat` in C.
pub const SYSTEM_STRUCTS: &[&str] = &[
    "addrinfo",
    "hostent",
    "in_addr",
    "protoent",
    "servent",
    "sockaddr",
    "sockaddr_storage",
    "termios",
];

fn config() -> Config {
    let mut config = Config {
        language: Language::C,
        no_includes: true,
        cpp_compat: false,
        usize_is_size_t: true,
        style: Style::Both,
        documentation_style: DocumentationStyle::C,
        line_length: 80,
        tab_width: 2,
        ..Config::default()
    };
    let by_tag = |name: &&str| (name.to_string(), format!("struct {name}"));
    config.export.rename = SYSTEM_STRUCTS.iter().map(by_tag).collect();
    config.export.item_types = vec![
        ItemType::Constants,
        ItemType::Enums,
        ItemType::Structs,
        ItemType::Unions,
        ItemType::Typedefs,
        ItemType::OpaqueItems,
        ItemType::Functions,
    ];
    config
}

struct Verbatim {
    includes: Vec<String>,
    body: String,
}

/// A text of `src/capi/`, if there is one.
fn verbatim(name: &str, part: &str) -> Verbatim {
    let path = Path::new("src/capi").join(format!("{name}.{part}.h"));
    let whole = if root().join(&path).exists() {
        text(&path)
    } else {
        String::new()
    };
    let (includes, body): (Vec<_>, Vec<_>) =
        whole.lines().partition(|line| line.starts_with("#include"));
    Verbatim {
        includes: includes.into_iter().map(String::from).collect(),
        body: body.join("\n"),
    }
}
