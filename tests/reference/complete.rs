//! What each item of the headers has to say, so that who reads the reference,
//! or makes a binding, need not look at the sources.

use super::api::{Api, Item};
use super::declaration::Declaration;
use super::meaning::{Meaning, Reader};
use super::types::Sort;

/// The items that keep something to themselves, each with what it is.
pub fn complaints(api: &Api) -> Vec<String> {
    let reader = Reader::new(api);
    let mut found = Vec::new();
    for (module, item) in api.items() {
        let mut complain =
            |what: &str| found.push(format!("{}.h: {}: {what}", module.name, item.name));
        if item.doc.trim().is_empty() && !is_named_enumeration(item) {
            complain("it has no comment");
            continue;
        }
        for name in silent_parts(item) {
            complain(&format!("{name} has no comment"));
        }
        if item.is_function() {
            let meaning = reader.meaning(item);
            function(&meaning).into_iter().for_each(&mut complain);
        }
    }
    found
}

/// An enumeration without a name is as good as its constants.
fn is_named_enumeration(item: &Item) -> bool {
    matches!(
        item.declaration,
        Declaration::Enumeration { name: None, .. }
    )
}

/// The fields and constants without a comment.
fn silent_parts(item: &Item) -> Vec<&str> {
    let parts: Vec<(&str, &str)> = match &item.declaration {
        Declaration::Structure { fields, .. } => fields
            .iter()
            .map(|it| (it.name.as_str(), it.doc.as_str()))
            .collect(),
        Declaration::Enumeration { members, .. } => members
            .iter()
            .map(|it| (it.name.as_str(), it.doc.as_str()))
            .collect(),
        _ => Vec::new(),
    };
    let silent = parts.iter().filter(|(_, doc)| doc.is_empty());
    silent.map(|(name, _)| *name).collect()
}

fn function(meaning: &Meaning) -> Vec<&'static str> {
    let mut found = Vec::new();
    let returns = &meaning.returns;
    if returns.sort != Sort::Nothing && returns.said.is_none() {
        found.push("it does not say what it returns");
    }
    // A bad handle is in the conventions.
    let checks_handles = meaning
        .parameters
        .iter()
        .any(|it| matches!(it.sort, Sort::Handle | Sort::Handles));
    let told = !meaning.failures.is_empty();
    match meaning.fails_by {
        "promise" | "exn" if !told && !checks_handles => found.push("it does not say how it fails"),
        "null" if !told && !checks_handles => found.push("it does not say when it returns NULL"),
        _ => {}
    }
    // So is what makes one.
    let makes_one = matches!(returns.sort, Sort::Handle);
    if meaning.thread_said.is_none() && !checks_handles && !makes_one {
        found.push("it does not say on which thread it may be called");
    }
    found
}
