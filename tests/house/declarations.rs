//! What headers declare: the functions that the library exports, macros and
//! inline functions left out, and the constants.

use std::collections::BTreeMap;

use super::{files, text};

/// The functions that the headers of a folder declare, by their names: each with
/// its declaration, without the semicolon.
pub fn functions(folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for header in files(folder, &["h"]) {
        let code = without_inline(&without_comments(&text(header)));
        for declaration in code.split(';').map(str::trim) {
            let Some(open) = declaration.find('(') else {
                continue;
            };
            let last_line = declaration
                .rfind("\n\n")
                .map_or(declaration, |at| &declaration[at..]);
            if last_line.contains("typedef") || declaration[open..].contains('{') {
                continue;
            }
            let before = declaration[..open].trim_end();
            let name = before
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            if let Some(name) = name.filter(|name| name.starts_with("lwt_")) {
                found.insert(name.to_owned(), last_line.trim().to_owned());
            }
        }
    }
    found
}

/// The constants of the headers' enumerations.
pub fn constants(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for header in files(folder, &["h"]) {
        let code = without_comments(&text(header));
        for block in code.split("enum ").skip(1) {
            let Some((_, members)) = block.split(';').next().and_then(|b| b.split_once('{')) else {
                continue;
            };
            let members = members.split('}').next().unwrap_or_default();
            let names = members
                .split(',')
                .map(|m| m.split('=').next().unwrap_or_default().trim());
            found.extend(names.filter(|name| !name.is_empty()).map(String::from));
        }
    }
    found
}

/// Comments, and lines of the preprocessor with those that continue them.
fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("/*") {
        code += &rest[..open];
        rest = rest[open..].split_once("*/").map_or("", |(_, after)| after);
    }
    code += rest;
    let code = code.replace("\\\n", " ");
    code.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|l| format!("{l}\n"))
        .collect()
}

/// Inline functions are left out: what they call is no declaration.
fn without_inline(code: &str) -> String {
    let mut left = String::new();
    let mut rest = code;
    while let Some((before, inline)) = rest.split_once("static inline ") {
        left += before;
        let mut depth = 0;
        let end = inline.find(|sign| {
            depth += match sign {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            sign == '}' && depth == 0
        });
        rest = end.map_or("", |end| &inline[end + 1..]);
    }
    left + rest
}
