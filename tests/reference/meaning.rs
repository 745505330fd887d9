//! What the comment of a function says in words that a program can use. The
//! comments are written to one pattern, and where one is silent the conventions
//! at the top of `lwt.h` hold.

use std::collections::{BTreeMap, BTreeSet};

use super::api::{Api, Item};
use super::declaration::Named;
use super::nullable::nullable;
use super::ownership::{lent, ownership};
use super::promised::{promised, tells_of_none, tells_what};
use super::thread::{tells_the_thread, thread_of};
use super::types::{Sort, Types};
use super::words::{names, sentences};

/// All that is known of a function.
pub struct Meaning {
    pub parameters: Vec<Parameter>,
    pub returns: Returns,
    /// How a failure shows.
    pub fails_by: &'static str,
    /// The kinds of exceptions.
    pub errors: Vec<String>,
    /// The sentences that tell of failures.
    pub failures: Vec<String>,
    pub thread: &'static str,
    /// The words from which that is known; None: the conventions.
    pub thread_said: Option<String>,
    pub manual: Option<String>,
    /// The functions that it is said to be like.
    pub like: Vec<String>,
}

/// A parameter.
pub struct Parameter {
    pub name: String,
    pub c_type: String,
    pub sort: Sort,
    pub ownership: &'static str,
    pub nullable: bool,
    /// The sentences that name it.
    pub said: Option<String>,
}

/// A result.
pub struct Returns {
    pub c_type: String,
    pub sort: Sort,
    pub ownership: &'static str,
    pub nullable: bool,
    pub said: Option<String>,
    /// What a promise is fulfilled with, in words; empty: those of a callback.
    pub promised: Option<String>,
    /// May that be `LWT_NONE` instead?
    pub none: bool,
}

/// Reads comments.
pub struct Reader<'a> {
    pub api: &'a Api,
    pub types: Types,
    kinds: Vec<String>,
    /// The functions by name, each with the sentences of its comment.
    functions: BTreeMap<&'a str, Known<'a>>,
}

struct Known<'a> {
    item: &'a Item,
    /// The function that is declared before it.
    before: Option<&'a str>,
    said: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(api: &'a Api) -> Self {
        let kinds = api
            .modules
            .first()
            .into_iter()
            .flat_map(|module| module.items.iter())
            .find_map(|item| match &item.declaration {
                super::declaration::Declaration::Enumeration {
                    name: None,
                    members,
                } => Some(members.iter().map(|member| member.name.clone()).collect()),
                _ => None,
            });
        let mut functions = BTreeMap::new();
        for module in &api.modules {
            let mut before: Option<&Item> = None;
            for item in module.items.iter().filter(|item| item.is_function()) {
                let known = Known {
                    item,
                    before: before.map(|it| it.name.as_str()),
                    said: sentences(&item.doc),
                };
                functions.insert(item.name.as_str(), known);
                // Those that share a comment follow the same one.
                before = Some(item);
            }
        }
        Reader {
            api,
            types: Types::of(api),
            kinds: kinds.expect("lwt.h begins with the kinds of exceptions"),
            functions,
        }
    }

    /// The sentences of an item's comment.
    fn said(&self, item: &Item) -> Vec<String> {
        match self.functions.get(item.name.as_str()) {
            Some(known) => known.said.clone(),
            None => sentences(&item.doc),
        }
    }

    /// The functions that the comment says this one is like: "as lwt_bind", and
    /// for "the same" the one before.
    pub fn like(&self, item: &Item) -> Vec<String> {
        let mut found = Vec::new();
        let mut said = self.said(item);
        let first = said.first().cloned().unwrap_or_default().replace('`', "");
        said.extend(item.section.iter().flat_map(|section| sentences(section)));
        let text = said.join(" ").replace('`', "");
        for sign in [
            "s lwt_",
            "s that of lwt_",
            "s those of lwt_",
            "s with lwt_",
            "eturns what lwt_",
        ] {
            for (at, _) in text.match_indices(sign) {
                let before = &text[..at];
                let a = before.ends_with(['A', 'a']) || sign.starts_with("eturns");
                let such = before.ends_with("such a");
                let rest = &text[at + sign.len() - "lwt_".len()..];
                if let Some(name) = names(rest, "lwt_").next().filter(|_| a && !such) {
                    found.push(name.to_owned());
                }
            }
        }
        let first = first.split(['.', ',', ':']).next().unwrap_or_default();
        if let Some(name) = names(first, "lwt_")
            .next()
            .filter(|name| first.starts_with(name))
        {
            found.push(name.to_owned());
        }
        // "Sends what was written: lwt_io_flush of the channel of bytes."
        let whole = self.said(item).first().cloned().unwrap_or_default();
        if let Some((before, rest)) = whole.split_once(": lwt_")
            && !before.ends_with("by the caller")
        {
            let name = names(rest, "").next().unwrap_or_default();
            found.push(format!("lwt_{name}"));
        }
        if ["The same", "the same"]
            .iter()
            .any(|words| first.starts_with(words))
            && let Some(before) = self.before(item)
        {
            found.push(before);
        }
        found.retain(|name| *name != item.name && self.functions.contains_key(name.as_str()));
        let mut seen = BTreeSet::new();
        found.retain(|name| seen.insert(name.clone()));
        found
    }

    /// The function above this one that has another comment.
    fn before(&self, item: &Item) -> Option<String> {
        let mut above = self.functions.get(item.name.as_str())?.before?;
        while self.functions[above].item.doc == item.doc {
            above = self.functions[above].before?;
        }
        Some(above.to_owned())
    }

    /// The function itself, and all those that it is like, nearest first.
    fn kin(&self, item: &'a Item) -> Vec<&'a Item> {
        let mut found: Vec<&Item> = vec![item];
        let mut at = 0;
        while at < found.len() {
            for name in self.like(found[at]) {
                let other = self.functions[name.as_str()].item;
                if found.iter().all(|known| known.name != other.name) {
                    found.push(other);
                }
            }
            at += 1;
        }
        found
    }

    pub fn meaning(&self, item: &'a Item) -> Meaning {
        let kin = self.kin(item);
        let mut said: Vec<Vec<String>> = kin.iter().map(|it| self.said(it)).collect();
        // What the part of the header says in which it stands.
        said.extend(item.section.iter().map(|section| sentences(section)));
        let all = said.concat();
        let parameters: Vec<Parameter> = (0..item.parameters().len())
            .map(|at| self.parameter(item, at, &kin, &all))
            .collect();
        let returns = self.returns(item, &said);
        let fails_by = fails_by(&returns, &parameters, &said);
        let (thread, thread_said) = self.thread(item, &said);
        let by_null = fails_by == "null";
        let failures = said
            .iter()
            .map(|it| failures(it, by_null))
            .find(|it| !it.is_empty());
        Meaning {
            errors: self.errors(item, fails_by, &parameters, &returns, &said),
            failures: failures.unwrap_or_default(),
            parameters,
            returns,
            fails_by,
            thread,
            thread_said,
            manual: said.iter().find_map(|it| manual(it)),
            like: self.like(item),
        }
    }

    fn parameter(&self, item: &Item, at: usize, kin: &[&Item], all: &[String]) -> Parameter {
        let it = &item.parameters()[at];
        let sort = self.types.sort_of(item.parameters(), at);
        // What is said of the parameter of that name, here or where it is like.
        let said = kin.iter().find_map(|one| {
            let known = one.parameters().iter().any(|other| other.name == it.name);
            let about = about(&self.said(one), &it.name);
            (known && !about.is_empty()).then_some(about)
        });
        let words = said.clone().unwrap_or_default();
        let of_kin = kin.iter().flat_map(|one| lent(&self.said(one), &it.name));
        let lent: Vec<String> = of_kin.collect();
        Parameter {
            name: it.name.clone(),
            c_type: it.c_type.clone(),
            sort,
            ownership: ownership(item, it, sort, &lent, all),
            nullable: nullable(&it.name, sort, &words),
            said: said.filter(|it| !it.is_empty()).map(|it| it.join(" ")),
        }
    }

    fn returns(&self, item: &Item, said: &[Vec<String>]) -> Returns {
        let c_type = item.result().unwrap_or("void").to_owned();
        let sort = self.types.sort(&c_type);
        let own: Vec<String> = said.first().cloned().unwrap_or_default();
        let words = said.iter().map(|it| results(it)).find(|it| !it.is_empty());
        let all = said.concat().join(" ");
        let constant = c_type.starts_with("const ");
        let ownership = match sort {
            Sort::Handle | Sort::Structure | Sort::String | Sort::Pointer if constant => "borrowed",
            Sort::Handle => "owned",
            Sort::Structure if !c_type.contains('*') => "none",
            Sort::Value | Sort::Structure | Sort::Pointer | Sort::String => {
                let own = own.join(" ");
                let has = |what: &str| own.contains(what);
                if has("borrowed") || has("lives as long") {
                    "borrowed"
                } else if has("owns") || has("owned") || has("freed with") || has("Moves") {
                    "owned"
                } else if sort == Sort::Value {
                    "word"
                } else if all.contains("borrowed") {
                    "borrowed"
                } else {
                    "owned"
                }
            }
            _ => "none",
        };
        let nullable = match sort {
            Sort::Handle if self.types.base(&c_type) == "lwt_t" => false,
            Sort::Structure if !c_type.contains('*') => false,
            _ if !sort.is_address() => false,
            _ => !own.iter().any(|it| {
                let it = it.to_lowercase();
                it.contains("never null") && !it.contains("never null if")
            }),
        };
        let promised = (self.types.base(&c_type) == "lwt_t" && sort == Sort::Handle)
            .then(|| said.iter().find_map(|it| promised(it)))
            .flatten()
            .map(|words| {
                if tells_what(&words) {
                    words
                } else {
                    String::new()
                }
            });
        let never = |words: &String| words.is_empty() || words.contains("LWT_UNIT");
        let none = promised
            .as_ref()
            .is_some_and(|it| !never(it) && !it.contains("LWT_NONE"))
            && own.iter().any(|it| tells_of_none(it));
        Returns {
            c_type,
            sort,
            ownership,
            nullable,
            said: words.map(|it| it.join(" ")),
            promised,
            none,
        }
    }

    fn errors(
        &self,
        item: &Item,
        fails_by: &str,
        parameters: &[Parameter],
        returns: &Returns,
        said: &[Vec<String>],
    ) -> Vec<String> {
        if !["promise", "kind", "exn"].contains(&fails_by) {
            return Vec::new();
        }
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for sentence in said.iter().flatten() {
            let errno = ["EBADF", "EINVAL", "ENOENT", "EPIPE", "errno"];
            if errno.iter().any(|name| sentence.contains(name)) {
                found.insert("LWT_UNIX_ERROR");
            }
            let cancels = sentence.starts_with("Cancelling") || sentence.contains("ancelling it");
            if cancels && fails_by == "promise" && returns.sort == Sort::Handle {
                found.insert("LWT_CANCELED");
            }
            // What ends with a failure, some time, is not this call.
            if fails_by == "promise" || !sentence.contains(" ends with LWT_") {
                found.extend(names(sentence, "LWT_"));
            }
        }
        let handles = parameters.iter().filter(|it| it.sort == Sort::Handle);
        for handle in handles {
            found.insert("LWT_INVALID_ARGUMENT");
            if !self.types.is_free(&handle.c_type) {
                found.insert("LWT_WRONG_THREAD");
            }
        }
        let must = |it: &Parameter| it.sort == Sort::Callback && !it.nullable;
        if parameters.iter().any(must) {
            found.insert("LWT_INVALID_ARGUMENT");
        }
        if fails_by == "promise" {
            found.insert("LWT_OUT_OF_MEMORY");
        }
        // `LWT_NONE` is what those that are called so have for it.
        if item.name.ends_with("_opt") && returns.none {
            found.remove("LWT_END_OF_FILE");
        }
        let order = self.kinds.iter().skip(1); // LWT_OK is none
        order
            .filter(|kind| found.contains(kind.as_str()))
            .cloned()
            .collect()
    }

    fn thread(&self, item: &Item, said: &[Vec<String>]) -> (&'static str, Option<String>) {
        for one in said {
            // A sentence about the thread counts more than one that has the word.
            let told = one.iter().filter(|it| tells_the_thread(it));
            for sentence in told.chain(one) {
                if let Some(thread) = thread_of(sentence) {
                    return (thread, Some(sentence.clone()));
                }
            }
        }
        let handles: Vec<&Named> = item
            .parameters()
            .iter()
            .filter(|it| self.types.is_handle(&it.c_type) || it.c_type.contains("*const *"))
            .collect();
        let owned = handles.iter().any(|it| !self.types.is_free(&it.c_type));
        if !owned {
            let mut all = said.iter().flatten();
            let of_this =
                all.find(|it| it.contains("this thread") || it.contains("thread that forked"));
            if let Some(sentence) = of_this {
                return ("caller", Some(sentence.clone()));
            }
        }
        match (handles.is_empty(), owned) {
            (_, true) => ("owner", None),
            (false, false) => ("any", None),
            (true, _) => ("caller", None),
        }
    }
}

/// What is said of a parameter: the sentences that name it, or the parts of
/// them that do.
fn about(said: &[String], name: &str) -> Vec<String> {
    let (name, place) = (format!("`{name}`"), format!("`*{name}`"));
    let own = |text: &&str| text.contains(&name) || text.contains(&place);
    let mut found: Vec<String> = Vec::new();
    for sentence in said {
        let mut about_it = false;
        for part in sentence.split("; ") {
            // "`equal` tells which; NULL: those whose words are" goes on about it.
            if own(&part) {
                found.push(part.to_owned());
            } else if let Some(last) = found.last_mut().filter(|_| about_it)
                && part.starts_with("NULL: ")
            {
                *last += "; ";
                *last += part;
            }
            about_it = own(&part);
        }
    }
    found
}

/// The sentences that tell what comes back.
fn results(said: &[String]) -> Vec<String> {
    let returns = |sentence: &&String| {
        let at_first = ["Returns ", "It returns ", "The result ", "The promise "];
        at_first.iter().any(|words| sentence.starts_with(words))
            || sentence.contains("he value is")
            || sentence.contains("promise, ")
            || sentence.contains("eturns")
            || sentence.contains("result")
            || sentence.contains("wned by the caller")
            || sentence.contains("caller owns")
            || sentence.contains("promise of ")
            || sentence.contains("Tells whether")
            || [
                "never NULL",
                "Never NULL",
                "NULL: ",
                "NULL while",
                "NULL if",
                "False ",
                "False,",
            ]
            .iter()
            .any(|words| sentence.contains(words))
    };
    let mut found: Vec<String> = Vec::new();
    if let Some(first) = said.first() {
        // A name, or a question, tells what comes back.
        let names = [
            "A ",
            "An ",
            "The ",
            "One ",
            "How ",
            "Is ",
            "Has ",
            "Are ",
            "Does ",
            "Do ",
            "What ",
            "Whether ",
            "Where ",
            "Which ",
            "All ",
            "Standard ",
            "LWT_",
            "`LWT_",
            "Who ",
            "Can ",
            "May ",
            "When ",
            "Another ",
            "Text ",
            "Was ",
            "Had ",
            "Those ",
            "From ",
            "Options ",
            "Why ",
            "By what ",
            "Would ",
            "Never: ",
            "On which ",
            "False",
            "In how ",
        ];
        let same = first.starts_with("The same");
        if names.iter().any(|words| first.starts_with(words)) && !same {
            found.push(first.clone());
        }
    }
    found.extend(said.iter().skip(found.len()).filter(returns).cloned());
    found
}

/// The sentences that tell of failures.
fn failures(said: &[String], by_null: bool) -> Vec<String> {
    let words = [
        "fail",
        "Fail",
        "LWT_INVALID",
        "LWT_WRONG",
        "LWT_OK",
        "LWT_UNIX_ERROR",
        "NULL if",
        "NULL:",
        "never NULL",
        "Never NULL",
    ];
    let fails = |sentence: &&String| {
        words.iter().any(|words| sentence.contains(words)) || by_null && sentence.contains("NULL")
    };
    said.iter().filter(fails).cloned().collect()
}

fn fails_by(returns: &Returns, parameters: &[Parameter], said: &[Vec<String>]) -> &'static str {
    let exn = |it: &Parameter| it.c_type == "lwt_exn **";
    let kind = || {
        let told = |sentence: &String| {
            sentence.contains("LWT_OK") || sentence.contains("LWT_INVALID_ARGUMENT")
        };
        // "-1 with errno set" is no kind.
        let own = said
            .first()
            .is_some_and(|it| it.iter().any(|it| it.contains("-1 with errno")));
        !own && said.iter().flatten().any(told)
    };
    let says = |words: &str| said.iter().flatten().any(|it| it.contains(words));
    let told = returns.said.as_deref().unwrap_or_default();
    match returns.sort {
        Sort::Handle if returns.c_type == "lwt_t *" => "promise",
        _ if parameters.iter().any(exn) => "exn",
        Sort::Integer if says("minus the kind") => "negative kind",
        // A query, whose answer is a kind.
        Sort::Integer if says("The kind of an exception") => "result",
        // What comes back is a constant of another sort.
        Sort::Integer if told.contains("LWT_COROUTINE_") => "result",
        Sort::Integer if returns.c_type == "int" && kind() => "kind",
        Sort::Nothing => "nothing",
        Sort::Boolean => "false",
        sort if sort.is_address() && returns.nullable => "null",
        _ => "result",
    }
}

/// The manual's section.
fn manual(said: &[String]) -> Option<String> {
    said.iter().find_map(|sentence| {
        let rest = sentence.strip_prefix("Manual: ")?;
        rest.split('"').nth(1).map(str::to_owned)
    })
}
