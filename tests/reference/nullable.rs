//! May a parameter be NULL? A comment says so in one of a few ways, and with the
//! same words it says of others that NULL is an error.

use super::types::Sort;

/// `words`: the sentences that name the parameter.
pub fn nullable(name: &str, sort: Sort, words: &[String]) -> bool {
    match sort {
        Sort::Drop | Sort::Env => true,
        _ if !sort.is_address() => false,
        _ => words
            .iter()
            .any(|sentence| allowed(sentence, name) || follows(sentence, name)),
    }
}

/// "With `exn` NULL ..." tells what NULL does, "or `f` NULL" that it is an error.
fn allowed(sentence: &str, name: &str) -> bool {
    let error = sentence.contains("LWT_INVALID_ARGUMENT") || sentence.contains("NULL if");
    let says = |words: &[String]| words.iter().any(|words| sentence.contains(words));
    let harmless = sentence.starts_with("Does nothing") || sentence.contains("LWT_OK if");
    says(&[
        format!("`{name}` (NULL"),
        format!("`{name}` is NULL, or where"),
        format!("`*{name}` (NULL"),
        format!("NULL as `{name}`"),
        format!("NULL for `{name}`"),
        format!("so may `{name}`"),
        format!("unless `{name}` is NULL"),
        format!("if `{name}` is NULL it is"),
        // Where there are no bytes there is no place.
        format!("`{name}` is NULL and `"),
    ]) || !error && says(&[format!("`{name}` NULL")])
        || harmless && says(&[format!("`{name}` is NULL")])
}

/// What stands behind the name, and speaks of it and not of another.
fn follows(sentence: &str, name: &str) -> bool {
    let behind = |name: &str, words: &str| {
        let (_, after) = sentence.split_once(name)?;
        let (between, _) = after.split_once(words)?;
        Some(between.to_owned())
    };
    let alone = |between: Option<String>| between.is_some_and(|it| !it.contains('`'));
    let value = format!("`{name}`");
    let place = format!("`*{name}`");
    [&value, &place].iter().any(|name| {
        alone(behind(name, "which may be NULL"))
            || alone(behind(name, "not at all if that is NULL"))
            || behind(name, "each of which may be NULL").is_some()
            || behind(name, "unless they are NULL").is_some()
            || behind(name, "NULL stands for").is_some()
            || behind(name, "may be NULL").is_some_and(|it| !it.contains("which "))
    }) || [
        "(NULL: ",
        "NULL is",
        "NULL for",
        ", NULL: ",
        "or NULL",
        "NULL puts",
        "NULL too",
        "; NULL: ",
    ]
    .iter()
    .any(|words| alone(behind(&value, words)))
}

#[test]
fn a_parameter_is_nullable_where_its_comment_says_so() {
    let says = |sentence: &str, name| nullable(name, Sort::String, &[sentence.to_owned()]);
    assert!(says("`drop` may be NULL.", "drop"));
    assert!(says("`host` or `service` may be NULL.", "host"));
    assert!(says("With `exn` NULL the failure is printed.", "exn"));
    assert!(says(
        "`a` and `b` are copied, NULL stands for the empty string.",
        "a"
    ));
    assert!(says(
        "LWT_INVALID_ARGUMENT if `data` is NULL and `len` is not 0.",
        "data"
    ));
    assert!(!says("LWT_INVALID_ARGUMENT if `data` is NULL.", "data"));
    assert!(!says("NULL if `s` is bad, or `f` NULL.", "f"));
    assert!(says("Borrows `sw`; NULL: the current scope.", "sw"));
    assert!(!says(
        "Borrows `address` and `options`, which may be NULL.",
        "address"
    ));
    assert!(says(
        "Borrows `address` and `options`, which may be NULL.",
        "options"
    ));
}
