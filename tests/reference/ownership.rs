//! What a call does with a parameter: whether it is the caller's afterwards, and
//! until when it has to stay where it is.

use super::api::Item;
use super::declaration::Named;
use super::types::Sort;

/// `words` speak of the parameter, `all` of anything.
pub fn ownership(
    item: &Item,
    it: &Named,
    sort: Sort,
    words: &[String],
    all: &[String],
) -> &'static str {
    let says = |what: &str| words.iter().any(|sentence| sentence.contains(what));
    let constant = it.c_type.starts_with("const ");
    let with_drop = item
        .parameters()
        .iter()
        .any(|other| other.c_type == "lwt_drop_fn");
    let memory = matches!(
        sort,
        Sort::Buffer | Sort::Pointer | Sort::String | Sort::Values | Sort::Structure | Sort::Env
    );
    let promise = item.result() == Some("lwt_t *");
    match sort {
        _ if memory && says("last as long as the program") => "borrowed for ever",
        _ if memory && says("must stay where they are until") => "borrowed until ended",
        Sort::Values if promise && all.iter().any(|it| elements_stay(it)) => {
            "borrowed until resolved"
        }
        Sort::Handle if constant => "borrowed",
        Sort::Handle => "consumed",
        Sort::Handles if constant => "borrowed",
        Sort::Handles => "elements consumed",
        Sort::HandlePlace => "stored",
        Sort::Env if with_drop => "consumed",
        Sort::Value if item.name.ends_with("_owned") && with_drop => "consumed",
        Sort::Callback | Sort::Drop => "function",
        _ if memory && (says("until the promise") || says("until it has resolved")) => {
            "borrowed until resolved"
        }
        _ if memory && constant && says("copied") => "copied",
        Sort::Place => "stored",
        Sort::Structure if it.c_type.contains('*') && !constant => {
            if consumed(item, it, words, all) {
                "consumed"
            } else if says(&format!("`*{}`", it.name)) {
                "stored"
            } else {
                "borrowed"
            }
        }
        // What a promise fills in has to be there until it has.
        Sort::Buffer if promise && !constant => "borrowed until resolved",
        _ if sort.is_address() => "borrowed",
        _ => "none",
    }
}

/// "Borrows the `n` elements until the result has resolved".
fn elements_stay(sentence: &str) -> bool {
    sentence.contains("elements until the result has resolved")
}

fn consumed(item: &Item, it: &Named, words: &[String], all: &[String]) -> bool {
    let frees = ["_release", "_drop", "_free_job"];
    let consumes = format!("onsumes `{}`", it.name);
    let the_one = format!("The {},", it.name);
    let told = |words: &String| {
        words.contains(&consumes) || words.starts_with(&the_one) && words.contains("is consumed")
    };
    frees.iter().any(|ending| item.name.ends_with(ending)) || words.iter().chain(all).any(told)
}

/// The sentences that name a parameter, and those behind them that go on about
/// it; and those that call it what it is.
pub fn lent(said: &[String], name: &str) -> Vec<String> {
    let (value, place) = (format!("`{name}`"), format!("`*{name}`"));
    let called = [
        format!("The {name} is "),
        "The bytes are ".to_owned(),
        "The words are ".to_owned(),
    ];
    let mut found = Vec::new();
    let mut about_it = false;
    for sentence in said {
        let names = sentence.contains(&value) || sentence.contains(&place);
        let goes_on = ["It ", "They "]
            .iter()
            .any(|word| sentence.starts_with(word));
        let calls = called.iter().any(|words| sentence.starts_with(words));
        about_it = names || about_it && goes_on;
        if about_it || calls {
            found.push(sentence.clone());
        }
    }
    found
}

#[test]
fn a_sentence_that_goes_on_is_about_the_same_parameter() {
    let said: Vec<String> = [
        "Puts the sender in `from`.",
        "It must stay.",
        "Fails.",
        "It ends.",
    ]
    .map(String::from)
    .into();
    assert_eq!(lent(&said, "from"), said[..2]);
}
