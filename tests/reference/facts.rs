//! What the functions of a module have in common: how they return, how they
//! fail, which thread they are for. The man pages and the pages of the guide
//! tell it in the same words.

use super::api::Module;
use super::meaning::{Meaning, Reader};
use super::types::Sort;

/// Functions of which the same holds.
pub struct Group {
    pub what: String,
    pub functions: Vec<String>,
}

/// A module's functions, each with what is known of it.
pub fn meanings<'a>(reader: &Reader<'a>, module: &'a Module) -> Vec<(&'a str, Meaning)> {
    let functions = module.items.iter().filter(|item| item.is_function());
    functions
        .map(|item| (item.name.as_str(), reader.meaning(item)))
        .collect()
}

/// How they return.
pub fn returns(functions: &[(&str, Meaning)]) -> Vec<Group> {
    group(functions, |it| Some(return_of(it).to_owned()))
}

fn return_of(it: &Meaning) -> &'static str {
    match (it.fails_by, it.returns.sort) {
        ("promise", _) => {
            "A promise, owned by the caller, which reports every failure: lwt_release, or a \
             function that consumes it."
        }
        ("kind", _) => "LWT_OK, which is 0, or the kind of the failure.",
        ("negative kind", _) => "A number; minus the kind of the failure.",
        ("nothing", _) => "Nothing.",
        ("false", _) => "A truth value; false also where a handle is bad.",
        ("exn", _) => "The value; on failure the exception is stored in *exn, owned by the caller.",
        (_, Sort::Handle) if it.returns.ownership == "borrowed" => {
            "A handle, which is borrowed: it is not to be released. NULL where there is none."
        }
        (_, Sort::Handle) if it.returns.nullable => {
            "A handle, owned by the caller; NULL on failure."
        }
        (_, Sort::Handle) => "A handle, owned by the caller, never NULL.",
        (_, sort) if sort.is_address() && it.returns.ownership == "borrowed" => {
            "A pointer, which is borrowed."
        }
        (_, sort) if sort.is_address() => "A pointer, which the caller owns.",
        (_, Sort::Value) => "A value.",
        (_, Sort::Structure) => "A structure.",
        _ => "A number, as the description says.",
    }
}

/// How they fail: those that can fail with the same kinds together.
pub fn errors(functions: &[(&str, Meaning)]) -> Vec<Group> {
    group(functions, |it| match it.errors.is_empty() {
        true => None,
        false => Some(it.errors.join(", ")),
    })
}

/// Which thread they are for. Without those for the thread of their handles.
pub fn threads(functions: &[(&str, Meaning)]) -> Vec<Group> {
    group(functions, |it| {
        Some(match it.thread {
            "async-signal-safe" => "Any thread, and signal handlers.".to_owned(),
            "any" => "Any thread.".to_owned(),
            "caller" => "Any thread, to which belongs what is made or asked.".to_owned(),
            _ => return None,
        })
    })
}

/// Is one of them for the thread of its handles?
pub fn has_owned(functions: &[(&str, Meaning)]) -> bool {
    functions.iter().any(|(_, it)| it.thread == "owner")
}

fn group(functions: &[(&str, Meaning)], what: impl Fn(&Meaning) -> Option<String>) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    for (name, meaning) in functions {
        let Some(what) = what(meaning) else {
            continue;
        };
        match found.iter_mut().find(|group| group.what == what) {
            Some(group) => group.functions.push((*name).to_owned()),
            None => found.push(Group {
                what,
                functions: vec![(*name).to_owned()],
            }),
        }
    }
    found
}
