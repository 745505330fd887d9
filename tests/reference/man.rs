//! The man pages: `lwt.7`, and in section 3 one for each module. They are checked
//! in, so that installing needs nothing but a shell.

use super::api::{Api, Item, Module};
use super::declaration::Declaration;
use super::facts::{self, Group};
use super::house::text;
use super::meaning::Reader;
use super::roff::{chapter, comment, escaped, example, names, prose};
use super::signature::signature;
use super::summary::summary;
use super::words::{Paragraph, paragraphs};

/// All pages, by their files in `man/`.
pub fn pages(api: &Api) -> Vec<(String, String)> {
    let reader = Reader::new(api);
    let mut pages: Vec<_> = api
        .modules
        .iter()
        .map(|module| (format!("{}.3", module.name), page(&reader, module)))
        .collect();
    pages.push(("lwt.7".into(), overview(api)));
    pages
}

/// No date: the same sources make the same pages. Lines are not filled
/// up.
fn head(name: &str, section: u8) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let name = escaped(&name.to_uppercase());
    format!(
        ".\\\" Generated from include/ by `make headers`: do not edit it.\n\
         .TH {name} {section} \"\" \"liblwt {version}\" \"liblwt\"\n\
         .ad l\n"
    )
}

fn page(reader: &Reader, module: &Module) -> String {
    let functions = facts::meanings(reader, module);
    let all: Vec<&str> = functions.iter().map(|(name, _)| *name).collect();
    let mut out = head(&module.name, 3);
    // Each name: by these man(1) and apropos(1) find the page.
    out += &format!(
        ".SH NAME\n{} \\- {}\n",
        [vec![module.name.as_str()], all].concat().join(",\n\\%"),
        escaped(summary(module))
    );
    out += &synopsis(module);
    let (about, sample) = description(module);
    out += &about;
    out += ".SH RETURN VALUE\n";
    out += &groups(&facts::returns(&functions));
    out += &errors(&facts::errors(&functions));
    out += ".SH THREADS\n";
    out += &groups(&facts::threads(&functions));
    if facts::has_owned(&functions) {
        out += ".PP\nThe others are for the thread that owns the handles that they are given.\n";
    }
    if let Some(code) = sample {
        out += &format!(".SH EXAMPLE\n{}", example(&code));
    }
    out + &see_also(module)
}

fn synopsis(module: &Module) -> String {
    let mut out = format!(
        ".SH LIBRARY\nliblwt:\n.B cc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs lwt)\n\
         .SH SYNOPSIS\n.nf\n.B #include <{}.h>\n.fi\n",
        module.name
    );
    for group in groups_of(module) {
        out += ".PP\n.nf\n";
        for item in module
            .items
            .iter()
            .filter(|it| it.is_function() && it.group == group)
        {
            out += &wrapped(&signature(item), &item.name);
        }
        out += ".fi\n";
    }
    out
}

/// The groups of functions, in their order.
fn groups_of(module: &Module) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for item in module.items.iter().filter(|it| it.is_function()) {
        if !found.contains(&item.group.as_str()) {
            found.push(&item.group);
        }
    }
    found
}

/// A declaration on lines that a page can hold, its name bold.
fn wrapped(signature: &str, name: &str) -> String {
    const WIDTH: usize = 70;
    let mut lines = vec![String::new()];
    for (number, part) in signature.split(", ").enumerate() {
        let last = lines.last_mut().expect("never empty");
        if number > 0 {
            last.push(',');
            if last.len() + part.len() > WIDTH {
                lines.push(format!("        {part}"));
                continue;
            }
            last.push(' ');
        }
        *last += part;
    }
    let bold = format!("\\fB{name}\\fR(");
    let lines: Vec<String> = lines
        .iter()
        .map(|line| escaped(line).replacen(&format!("{name}("), &bold, 1))
        .collect();
    lines.join("\n") + "\n"
}

/// What the module is and does, and its example.
fn description(module: &Module) -> (String, Option<String>) {
    let mut sample = None;
    let mut out = String::from(".SH DESCRIPTION\n");
    for (number, about) in module.about.iter().enumerate() {
        if number > 0 {
            out += ".PP\n";
        }
        let kept = without_example(about, &mut sample);
        out += &chapter(&kept);
    }
    let types = module
        .items
        .iter()
        .filter(|it| !it.is_function() && !is_macro(it));
    let types: Vec<&Item> = types.collect();
    if !types.is_empty() {
        out += ".SS Types and constants\n";
        out += &types.into_iter().map(type_).collect::<String>();
    }
    let macros: Vec<&Item> = module.items.iter().filter(|it| is_macro(it)).collect();
    if !macros.is_empty() {
        out += ".SS Macros\n";
        out += &macros.into_iter().map(macro_).collect::<String>();
    }
    for group in groups_of(module) {
        out += &format!(".SS {}\n", escaped(&group.replace('`', "")));
        for item in module
            .items
            .iter()
            .filter(|it| it.is_function() && it.group == group)
        {
            let names: Vec<String> = item
                .parameters()
                .iter()
                .map(|it| match it.name == it.c_type {
                    true => it.name.clone(),
                    false => format!("\\fI{}\\fR", it.name),
                })
                .collect();
            out += &format!(".TP\n\\fB{}\\fR({})\n", item.name, names.join(", "));
            out += &comment(&item.doc);
        }
    }
    (out, sample)
}

fn is_macro(item: &Item) -> bool {
    matches!(item.declaration, Declaration::Macro { .. })
}

/// Takes the first code out, which has a section of its own.
fn without_example(about: &str, sample: &mut Option<String>) -> String {
    let Some(Paragraph::Code(code)) = paragraphs(about)
        .into_iter()
        .find(|it| matches!(it, Paragraph::Code(_)))
        .filter(|_| sample.is_none())
    else {
        return about.to_owned();
    };
    let first = code.lines().next().unwrap_or_default().to_owned();
    let last = code.lines().last().unwrap_or_default().to_owned();
    let lines: Vec<&str> = about.lines().collect();
    let found = lines.iter().position(|line| line.trim() == first.trim());
    let begin = found.expect("the code is in the comment");
    let rest = lines[begin..]
        .iter()
        .position(|line| line.trim() == last.trim());
    let end = begin + rest.expect("it ends there") + 1;
    let before = lines[..begin].join("\n");
    let before = match before.trim_end().strip_suffix(':') {
        Some(text) => format!("{text} (see EXAMPLE)."),
        None => before.trim_end().to_owned(),
    };
    *sample = Some(code);
    format!(
        "{before}\n\n{}",
        lines[end..].join("\n").trim_start_matches('\n')
    )
}

fn type_(item: &Item) -> String {
    let mut out = match &item.declaration {
        Declaration::Enumeration { name: None, .. } => String::new(),
        Declaration::Callback { .. } => {
            format!(".TP\n.B typedef {}\n", escaped(&signature(item)))
        }
        Declaration::Structure { name, .. } => format!(".TP\n.B struct {name}\n"),
        _ => format!(".TP\n.B {}\n", item.name),
    };
    if !out.is_empty() {
        out += &comment(&item.doc);
    }
    let parts: Vec<(String, &str)> = match &item.declaration {
        Declaration::Enumeration { members, .. } => members
            .iter()
            .map(|it| (format!("{} = {}", it.name, it.value), it.doc.as_str()))
            .collect(),
        Declaration::Structure { fields, .. } => fields
            .iter()
            .map(|it| (format!("{} {}", it.c_type, it.name), it.doc.as_str()))
            .collect(),
        _ => Vec::new(),
    };
    let inside = !out.is_empty() && !parts.is_empty();
    if inside {
        out += ".RS\n";
    }
    for (name, doc) in parts {
        out += &format!(".TP\n.B {}\n{}", escaped(&name), comment(doc));
    }
    if inside {
        out += ".RE\n";
    }
    out
}

fn macro_(item: &Item) -> String {
    let Declaration::Macro { parameters, .. } = &item.declaration else {
        return String::new();
    };
    let parameters = match parameters {
        Some(names) => format!("({})", names.join(", ")),
        None => String::new(),
    };
    format!(
        ".TP\n.B {}{}\n{}",
        item.name,
        escaped(&parameters),
        comment(&item.doc)
    )
}

fn groups(groups: &[Group]) -> String {
    let one = |group: &Group| format!(".TP\n{}\n{}\n", prose(&group.what), names(&group.functions));
    groups.iter().map(one).collect()
}

fn errors(found: &[Group]) -> String {
    let mut out =
        String::from(".SH ERRORS\nWhat each kind means is in\n.BR lwt (7).\nThese may occur:\n");
    if found.is_empty() {
        out = ".SH ERRORS\nNone but those that the description names.\n".into();
    }
    out + &groups(found)
}

/// The modules that this one's header or text names.
fn see_also(module: &Module) -> String {
    let header = text(format!("include/{}.h", module.name));
    let header = header.split("#ifdef LWT_DEBUG").next().unwrap_or_default();
    let mut others: Vec<&str> = header
        .split('"')
        .filter_map(|part| part.strip_suffix(".h"))
        .chain(header.split('`').filter_map(|part| part.strip_suffix(".h")))
        .filter(|name| name.starts_with("lwt") && *name != module.name && *name != "lwt_all")
        .filter(|name| !name.contains(char::is_whitespace))
        .collect();
    others.sort_unstable();
    others.dedup();
    let mut out = String::from(".SH SEE ALSO\n");
    for name in others {
        out += &format!(".BR {name} (3),\n");
    }
    out + ".BR lwt (7)\n"
}

/// `lwt.7`: what the library is, its conventions, its modules, its errors.
fn overview(api: &Api) -> String {
    let mut out = head("lwt", 7);
    out += ".SH NAME\nlwt \\- light-weight cooperative threads: promises for C and C++\n";
    out += ".SH SYNOPSIS\n.nf\n.B #include <lwt_all.h>\n\
            .B cc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs lwt)\n.fi\n";
    out += ".SH DESCRIPTION\n";
    let first = &api.modules[0];
    for (number, about) in first.about.iter().enumerate() {
        let sep = if number == 0 { "" } else { ".PP\n" };
        // The module itself has a page of its own.
        if about.starts_with("CONVENTIONS") {
            out += &format!("{sep}{}", chapter(about));
        } else if number == 0 {
            out += "liblwt is Lwt, the light-weight cooperative threads of OCaml, as a library\n\
                    for C, C++ and what binds to them. A promise stands for a result that is\n\
                    there now or later; functions make promises of promises; a main loop\n\
                    resolves those that wait for time, descriptors, children, other threads.\n";
        }
    }
    out += ".SS Modules\n";
    for module in &api.modules {
        out += &format!(
            ".TP\n.BR {} (3)\n{}\n",
            module.name,
            escaped(summary(module))
        );
    }
    out +=
        ".SH RETURN VALUE\nAs the conventions say: a promise that fails, a kind, NULL or false.\n";
    out += ".SH ERRORS\nThe kinds of exceptions are:\n";
    let kinds = first.items.iter().find_map(|item| match &item.declaration {
        Declaration::Enumeration {
            name: None,
            members,
        } => Some(members),
        _ => None,
    });
    for kind in kinds.into_iter().flatten() {
        out += &format!(
            ".TP\n.BR {} \" ({})\"\n{}",
            kind.name,
            kind.value,
            comment(&kind.doc)
        );
    }
    out += ".SH THREADS\nAny number of threads may each run their own main loop; handles belong to\n\
            the thread that made them, as the conventions say.\n";
    out += &format!(".SH EXAMPLE\n{}", example(&program()));
    out += ".SH SEE ALSO\n";
    let pages: Vec<String> = api
        .modules
        .iter()
        .map(|module| format!(".BR {} (3)", module.name))
        .collect();
    out + &pages.join(",\n") + "\n"
}

/// The guide's first program.
fn program() -> String {
    text("docs/programs/hello.c").trim_end().to_owned()
}
