//! The declaration of a function as C has it.

use super::api::Item;
use super::declaration::{Declaration, Named};

/// On one line, without the attributes of an inline function.
pub fn signature(item: &Item) -> String {
    let (result, name, parameters) = match &item.declaration {
        Declaration::Function {
            result,
            name,
            parameters,
            ..
        } => (result, name.clone(), parameters),
        Declaration::Callback {
            result,
            name,
            parameters,
        } => (result, format!("(*{name})"), parameters),
        _ => return String::new(),
    };
    let parameters: Vec<String> = parameters.iter().map(parameter).collect();
    let parameters = match parameters.is_empty() {
        true => "void".to_owned(),
        false => parameters.join(", "),
    };
    format!("{}({parameters});", beside(result, &name))
}

/// A parameter with its type.
fn parameter(it: &Named) -> String {
    if let Some((before, after)) = it.c_type.split_once("(*)") {
        return format!("{before}(*{}){after}", it.name);
    }
    if let Some((before, after)) = it.c_type.split_once('[') {
        return format!("{}[{after}", beside(before, &it.name));
    }
    if it.name.is_empty() || it.name == it.c_type {
        return it.c_type.clone();
    }
    beside(&it.c_type, &it.name)
}

/// A star stands at the name.
fn beside(c_type: &str, name: &str) -> String {
    match c_type.ends_with('*') {
        true => format!("{c_type}{name}"),
        false => format!("{c_type} {name}"),
    }
}
