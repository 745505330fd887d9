//! The macros of `-DLWT_DEBUG`: each function of a header that returns a
//! handle, or that raises or waits, is told the place of the call. They are
//! function-like, so that a function's address can still be taken, and they
//! tell the place after the call, so that calls in its arguments don't matter.

/// What a macro has to do for a function.
enum Kind {
    /// A promise, an exception, or a handle of this type is returned.
    Promise,
    Exn,
    Handle(String),
    /// What it has noted has the place of the call.
    Value,
    /// It runs callbacks before it returns: it is told before.
    Before,
}

/// The macros of a header whose declarations these are; empty if there are
/// none.
pub fn macros(header: &str, declarations: &str) -> String {
    if header == "lwt_debug" {
        return String::new();
    }
    let macros: String = declarations
        .lines()
        .filter_map(function)
        .map(|(name, kind)| one(name, &kind))
        .collect();
    if macros.is_empty() {
        return macros;
    }
    format!(
        "\n/* With LWT_DEBUG defined, debugging knows the place of each call. */\n\
         #ifdef LWT_DEBUG\n#include \"lwt_debug.h\"\n{macros}#endif\n"
    )
}

/// A line that declares a function which has a macro.
fn function(line: &str) -> Option<(&str, Kind)> {
    let (before, _) = line.split_once('(')?;
    if let Some((result, name)) = before.split_once(" *") {
        let ours = result.starts_with("lwt_") && name.starts_with("lwt_");
        // Another reference to what was made elsewhere.
        let made = ours && !result.contains(' ') && !name.ends_with("_retain");
        return made.then(|| match result {
            "lwt_t" => (name, Kind::Promise),
            "lwt_exn" => (name, Kind::Exn),
            _ => (name, Kind::Handle(result.into())),
        });
    }
    let (_, name) = before.split_once(' ')?;
    match name {
        "lwt_raise" | "lwt_await" => Some((name, Kind::Value)),
        _ if name.starts_with("lwt_wakeup") && name.ends_with("_exn") => Some((name, Kind::Before)),
        _ => None,
    }
}

fn one(name: &str, kind: &Kind) -> String {
    const PLACE: &str = "__FILE__, __LINE__, __func__";
    let call = format!("{name}(__VA_ARGS__)");
    let text = match kind {
        Kind::Promise => format!("lwt_debug_promise({call}, {PLACE})"),
        Kind::Exn => format!("lwt_debug_exn({call}, {PLACE})"),
        Kind::Handle(of) => format!("((struct {of} *)lwt_debug_handle({call}, {PLACE}))"),
        Kind::Value => format!("lwt_debug_value({call}, {PLACE})"),
        Kind::Before => format!("(lwt_debug_here({PLACE}), {call})"),
    };
    format!("#define {name}(...) \\\n  {text}\n")
}
