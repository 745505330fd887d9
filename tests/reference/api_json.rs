//! `bindings/lwt-api.json`: the interface for programs that make bindings.

use super::api::{Api, Item, Module};
use super::declaration::{Declaration, Member, Named};
use super::json::Json;
use super::meaning::{Meaning, Parameter, Reader};
use super::signature::signature;
use super::summary::summary;

/// Where it is in the project.
pub const PATH: &str = "bindings/lwt-api.json";

/// Raised when a program that reads the file must change.
const FORMAT: i64 = 1;

/// The file's text.
pub fn file(api: &Api) -> String {
    let reader = Reader::new(api);
    let modules = api.modules.iter().map(module).collect();
    let of = |wanted: fn(&Item) -> bool, make: &dyn Fn(&Module, &Item) -> Json| {
        let items = api.items().filter(|(_, item)| wanted(item));
        Json::List(items.map(|(module, item)| make(module, item)).collect())
    };
    let functions = Json::List(
        api.items()
            .filter(|(_, item)| item.is_function())
            .map(|(module, item)| function(module, item, &reader.meaning(item)))
            .collect(),
    );
    Json::Object(vec![
        ("format", Json::Number(FORMAT)),
        ("library", Json::text("lwt")),
        ("version", Json::text(env!("CARGO_PKG_VERSION"))),
        ("modules", Json::List(modules)),
        (
            "handles",
            of(
                |it| matches!(it.declaration, Declaration::Handle { .. }),
                &|module, item| handle(module, item, &reader),
            ),
        ),
        (
            "enumerations",
            of(
                |it| matches!(it.declaration, Declaration::Enumeration { .. }),
                &enumeration,
            ),
        ),
        (
            "structures",
            of(
                |it| matches!(it.declaration, Declaration::Structure { .. }),
                &|module, item| structure(module, item, &reader),
            ),
        ),
        (
            "callbacks",
            of(
                |it| matches!(it.declaration, Declaration::Callback { .. }),
                &|module, item| callback(module, item, &reader),
            ),
        ),
        (
            "aliases",
            of(
                |it| matches!(it.declaration, Declaration::Alias { .. }),
                &alias,
            ),
        ),
        (
            "macros",
            of(
                |it| matches!(it.declaration, Declaration::Macro { .. }),
                &macro_,
            ),
        ),
        ("functions", functions),
    ])
    .file()
}

fn module(module: &Module) -> Json {
    Json::Object(vec![
        ("name", Json::text(&module.name)),
        ("header", Json::text(format!("{}.h", module.name))),
        ("lwt", Json::text(&module.lwt)),
        ("summary", Json::text(summary(module))),
        ("doc", Json::text(module.about.join("\n\n"))),
    ])
}

/// What each item begins with.
fn begin(module: &Module, item: &Item) -> Vec<(&'static str, Json)> {
    vec![
        ("name", Json::text(&item.name)),
        ("header", Json::text(format!("{}.h", module.name))),
    ]
}

fn handle(module: &Module, item: &Item, reader: &Reader) -> Json {
    let mut fields = begin(module, item);
    let c_type = format!("{} *", item.name);
    // What takes it and nothing else, and is called so.
    let of = |ending: &str, c_type: &str| {
        let mut functions = reader.api.items().filter(|(_, it)| {
            let [only] = it.parameters() else {
                return false;
            };
            it.name.ends_with(ending) && only.c_type == c_type
        });
        functions.next().map(|(_, it)| it.name.clone())
    };
    fields.push(("release", Json::or_null(of("_release", &c_type))));
    fields.push((
        "retain",
        Json::or_null(of("_retain", &format!("const {c_type}"))),
    ));
    let thread = match reader.types.is_free(&c_type) {
        true => "any",
        false => "owner",
    };
    fields.push(("thread", Json::text(thread)));
    end(fields, item)
}

/// What each item ends with.
fn end(mut fields: Vec<(&'static str, Json)>, item: &Item) -> Json {
    fields.push(("lwt", Json::texts(super::words::lwt_names(&item.doc))));
    fields.push(("doc", Json::text(&item.doc)));
    Json::Object(fields)
}

fn enumeration(module: &Module, item: &Item) -> Json {
    let Declaration::Enumeration { name, members } = &item.declaration else {
        return Json::Null;
    };
    let member = |it: &Member| {
        Json::Object(vec![
            ("name", Json::text(&it.name)),
            ("value", Json::Number(it.value)),
            ("doc", Json::text(&it.doc)),
        ])
    };
    Json::Object(vec![
        ("name", Json::or_null(name.as_ref())),
        ("header", Json::text(format!("{}.h", module.name))),
        ("doc", Json::text(&item.doc)),
        ("members", Json::List(members.iter().map(member).collect())),
    ])
}

fn structure(module: &Module, item: &Item, reader: &Reader) -> Json {
    let mut fields = begin(module, item);
    let Declaration::Structure { fields: list, .. } = &item.declaration else {
        return Json::Null;
    };
    let field = |it: &Named| {
        Json::Object(vec![
            ("name", Json::text(&it.name)),
            ("type", Json::text(&it.c_type)),
            ("kind", Json::text(reader.types.sort(&it.c_type).name())),
            ("doc", Json::text(&it.doc)),
        ])
    };
    fields.push(("fields", Json::List(list.iter().map(field).collect())));
    end(fields, item)
}

fn callback(module: &Module, item: &Item, reader: &Reader) -> Json {
    let mut fields = begin(module, item);
    let meaning = reader.meaning(item);
    fields.push(("signature", Json::text(signature(item))));
    fields.push(("returns", returns(&meaning)));
    fields.push(("parameters", parameters(&meaning)));
    end(fields, item)
}

fn alias(module: &Module, item: &Item) -> Json {
    let mut fields = begin(module, item);
    if let Declaration::Alias { of, .. } = &item.declaration {
        fields.push(("type", Json::text(of)));
    }
    end(fields, item)
}

fn macro_(module: &Module, item: &Item) -> Json {
    let mut fields = begin(module, item);
    if let Declaration::Macro {
        parameters, value, ..
    } = &item.declaration
    {
        let parameters = parameters.as_ref();
        fields.push(("parameters", parameters.map_or(Json::Null, Json::texts)));
        fields.push(("value", Json::text(value)));
    }
    end(fields, item)
}

fn function(module: &Module, item: &Item, meaning: &Meaning) -> Json {
    let mut fields = begin(module, item);
    let inline = matches!(item.declaration, Declaration::Function { inline: true, .. });
    fields.push(("group", Json::text(&item.group)));
    fields.push(("inline", Json::Bool(inline)));
    fields.push(("signature", Json::text(signature(item))));
    fields.push(("returns", returns(meaning)));
    fields.push(("parameters", parameters(meaning)));
    fields.push(("fails_by", Json::text(meaning.fails_by)));
    fields.push(("errors", Json::texts(&meaning.errors)));
    fields.push(("errors_doc", Json::text(meaning.failures.join(" "))));
    fields.push(("thread", Json::text(meaning.thread)));
    fields.push(("thread_doc", Json::or_null(meaning.thread_said.as_ref())));
    fields.push(("manual", Json::or_null(meaning.manual.as_ref())));
    fields.push(("like", Json::texts(&meaning.like)));
    end(fields, item)
}

fn returns(meaning: &Meaning) -> Json {
    let it = &meaning.returns;
    let mut fields = vec![
        ("type", Json::text(&it.c_type)),
        ("kind", Json::text(it.sort.name())),
        ("ownership", Json::text(it.ownership)),
        ("nullable", Json::Bool(it.nullable)),
    ];
    if it.promised.is_some() {
        fields.push((
            "promise_of",
            Json::or_null(it.promised.as_ref().filter(|words| !words.is_empty())),
        ));
    }
    if it.none {
        fields.push(("promise_none", Json::Bool(true)));
    }
    if it.said.is_some() {
        fields.push(("doc", Json::or_null(it.said.as_ref())));
    }
    Json::Object(fields)
}

fn parameters(meaning: &Meaning) -> Json {
    let parameter = |it: &Parameter| {
        let mut fields = vec![
            ("name", Json::text(&it.name)),
            ("type", Json::text(&it.c_type)),
            ("kind", Json::text(it.sort.name())),
            ("ownership", Json::text(it.ownership)),
            ("nullable", Json::Bool(it.nullable)),
        ];
        if it.said.is_some() {
            fields.push(("doc", Json::or_null(it.said.as_ref())));
        }
        Json::Object(fields)
    };
    Json::List(meaning.parameters.iter().map(parameter).collect())
}
