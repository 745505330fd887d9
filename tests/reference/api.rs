//! All that the headers of `include/` offer, with what their comments say of it.

use std::collections::BTreeMap;

use super::declaration::{Declaration, Named};
use super::house::generator::{HEADERS, Header};
use super::house::{root, text};
use super::read::{Piece, pieces};

/// The interface.
pub struct Api {
    pub modules: Vec<Module>,
}

/// A header.
pub struct Module {
    /// `lwt_mutex`.
    pub name: String,
    /// `Lwt_mutex`.
    pub lwt: String,
    /// The comments that stand by themselves.
    pub about: Vec<String>,
    pub items: Vec<Item>,
}

/// Something with a name.
#[derive(Clone)]
pub struct Item {
    pub name: String,
    /// What the functions around it have in common; `types` and so on.
    pub group: String,
    pub doc: String,
    /// What stands over the part of the header where an inline function or a
    /// macro is.
    pub section: Option<String>,
    pub declaration: Declaration,
}

impl Item {
    /// Is it for the headers' own use? Their names end in an underscore.
    fn private(&self) -> bool {
        self.name.ends_with('_')
    }

    pub fn parameters(&self) -> &[Named] {
        match &self.declaration {
            Declaration::Function { parameters, .. } | Declaration::Callback { parameters, .. } => {
                parameters
            }
            _ => &[],
        }
    }

    /// What a function returns.
    pub fn result(&self) -> Option<&str> {
        match &self.declaration {
            Declaration::Function { result, .. } | Declaration::Callback { result, .. } => {
                Some(result)
            }
            _ => None,
        }
    }

    pub fn is_function(&self) -> bool {
        matches!(self.declaration, Declaration::Function { .. })
    }
}

impl Api {
    /// Reads `include/`.
    pub fn read() -> Api {
        let modules = HEADERS.iter().map(module).collect();
        Api { modules }
    }

    pub fn items(&self) -> impl Iterator<Item = (&Module, &Item)> {
        self.modules
            .iter()
            .flat_map(|module| module.items.iter().map(move |item| (module, item)))
    }
}

fn module(header: &Header) -> Module {
    let name = header.name.to_owned();
    let groups = groups(header);
    let mut module = Module {
        lwt: header.module.to_owned(),
        about: Vec::new(),
        items: Vec::new(),
        name,
    };
    // What a comment between dashes says.
    let mut section = None;
    for piece in pieces(&text(format!("include/{}.h", header.name))) {
        match piece {
            Piece::About(text) => match text.strip_prefix("----") {
                Some(text) => section = Some(text.replace(" ----", "").trim().to_owned()),
                None => module.about.push(text),
            },
            Piece::Item { comment, code } => {
                let declaration = Declaration::of(&code);
                let Some(name) = name_of(&declaration) else {
                    continue;
                };
                let group = match &declaration {
                    Declaration::Function { inline: false, .. } => {
                        groups.get(&name).cloned().unwrap_or_default()
                    }
                    Declaration::Function { .. } | Declaration::Macro { .. } => section
                        .as_ref()
                        .map_or("Macros and inline functions".into(), |text| title(text)),
                    _ => "Types and constants".into(),
                };
                let inline = matches!(
                    declaration,
                    Declaration::Function { inline: true, .. } | Declaration::Macro { .. }
                );
                let item = Item {
                    name,
                    group,
                    doc: comment,
                    section: inline.then(|| section.clone()).flatten(),
                    declaration,
                };
                let known = module.items.iter().any(|other| other.name == item.name);
                if !item.private() && !known {
                    module.items.push(item);
                }
            }
        }
    }
    // The generator's own lines are none of the module's.
    let own = |text: &String| !text.starts_with("Module ") && !text.starts_with("With LWT_DEBUG");
    module.about.retain(own);
    module
}

/// The title of a part: its first sentence, or what is before the colon.
fn title(section: &str) -> String {
    let first = section.split(['.', ':']).next().unwrap_or(section);
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name_of(declaration: &Declaration) -> Option<String> {
    match declaration {
        Declaration::Function { name, .. }
        | Declaration::Callback { name, .. }
        | Declaration::Handle { name }
        | Declaration::Structure { name, .. }
        | Declaration::Alias { name, .. }
        | Declaration::Macro { name, .. } => Some(name.clone()),
        Declaration::Enumeration {
            name: Some(name), ..
        } => Some(name.clone()),
        // An enumeration without a name goes by that of its first constant.
        Declaration::Enumeration {
            name: None,
            members,
        } => Some(members.first()?.name.clone()),
        Declaration::Nothing => None,
    }
}

/// The title of the Rust file that each function of a header comes from.
fn groups(header: &Header) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for source in header.sources {
        let rust = std::fs::read_to_string(root().join(source)).expect("a source of a header");
        let title = group_title(&rust);
        for (at, _) in rust.match_indices("fn lwt_") {
            let name: String = rust[at + 3..]
                .chars()
                .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
                .collect();
            found.insert(name, title.clone());
        }
    }
    found
}

/// What the first lines of a Rust file call it, without the names of the header
/// and of the module.
fn group_title(rust: &str) -> String {
    let lines: Vec<&str> = rust
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .map(|line| line.trim_start_matches("//!").trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let whole = lines.join(" ");
    let first = whole.split(". ").next().unwrap_or(&whole);
    let first = match first
        .strip_prefix('`')
        .and_then(|rest| rest.split_once('`'))
    {
        Some((header, rest)) if header.ends_with(".h") => rest.trim_start_matches([',', ':', ' ']),
        _ => first,
    };
    let first = match first
        .strip_prefix("module ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, rest)) => rest,
        None => first,
    };
    let title = first.split([':', ';']).next().unwrap_or(first);
    let title = title.trim_end_matches('.').trim();
    let mut signs = title.chars();
    match signs.next() {
        Some(sign) => sign.to_uppercase().collect::<String>() + signs.as_str(),
        None => "Functions".into(),
    }
}
