//! The types of the interface by name, and what a parameter of a type is for.

use std::collections::{BTreeMap, BTreeSet};

use super::api::Api;
use super::declaration::{Declaration, Named};

/// The types that the headers define.
pub struct Types {
    /// Handles; those that any thread may use.
    handles: BTreeSet<String>,
    free: BTreeSet<String>,
    structures: BTreeSet<String>,
    enumerations: BTreeSet<String>,
    callbacks: BTreeSet<String>,
    aliases: BTreeMap<String, String>,
}

/// What a type is, and how it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `T *` or `const T *`, T a handle.
    Handle,
    /// An array of handles.
    Handles,
    /// `T **`: where a handle is stored.
    HandlePlace,
    /// `lwt_value`.
    Value,
    /// An array of them, or one that is pointed to.
    Values,
    Callback,
    /// What a callback is called with.
    Env,
    /// What frees a value, or an environment.
    Drop,
    /// A text that ends with a NUL byte.
    String,
    /// Bytes, with their number beside.
    Buffer,
    /// A structure of ours or of the system.
    Structure,
    Enumeration,
    Integer,
    Number,
    Boolean,
    /// Where something else is stored.
    Place,
    /// Any other address.
    Pointer,
    /// `...` and `va_list`.
    Arguments,
    Nothing,
}

impl Sort {
    /// Its name in `lwt-api.json`.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Handle => "handle",
            Sort::Handles => "handle array",
            Sort::HandlePlace => "handle out",
            Sort::Value => "value",
            Sort::Values => "value array",
            Sort::Callback => "callback",
            Sort::Env => "env",
            Sort::Drop => "drop",
            Sort::String => "string",
            Sort::Buffer => "buffer",
            Sort::Structure => "structure",
            Sort::Enumeration => "enumeration",
            Sort::Integer => "integer",
            Sort::Number => "number",
            Sort::Boolean => "boolean",
            Sort::Place => "out",
            Sort::Pointer => "pointer",
            Sort::Arguments => "arguments",
            Sort::Nothing => "void",
        }
    }

    /// Could it be NULL at all?
    pub fn is_address(self) -> bool {
        !matches!(
            self,
            Sort::Value
                | Sort::Enumeration
                | Sort::Integer
                | Sort::Number
                | Sort::Boolean
                | Sort::Arguments
                | Sort::Nothing
        )
    }
}

impl Types {
    pub fn of(api: &Api) -> Types {
        let mut types = Types {
            handles: BTreeSet::new(),
            free: BTreeSet::new(),
            structures: BTreeSet::new(),
            enumerations: BTreeSet::new(),
            callbacks: BTreeSet::new(),
            aliases: BTreeMap::new(),
        };
        for (_, item) in api.items() {
            let name = item.name.clone();
            match &item.declaration {
                Declaration::Handle { .. } => {
                    if item.doc.to_lowercase().contains("any thread") {
                        types.free.insert(name.clone());
                    }
                    types.handles.insert(name);
                }
                Declaration::Structure { .. } => {
                    types.structures.insert(name);
                }
                Declaration::Enumeration { name: Some(_), .. } => {
                    types.enumerations.insert(name);
                }
                Declaration::Callback { .. } => {
                    types.callbacks.insert(name);
                }
                Declaration::Alias { of, .. } => {
                    types.aliases.insert(name, of.clone());
                }
                _ => {}
            }
        }
        types
    }

    /// The type without `const`, `struct` and its stars.
    pub fn base<'a>(&'a self, c_type: &'a str) -> &'a str {
        let word = c_type
            .split([' ', '*', '['])
            .find(|word| !word.is_empty() && !["const", "struct", "enum"].contains(word))
            .unwrap_or_default();
        match self
            .aliases
            .get(word)
            .and_then(|of| of.strip_prefix("struct "))
        {
            Some(of) if self.handles.contains(of) => of,
            _ => word,
        }
    }

    pub fn is_handle(&self, c_type: &str) -> bool {
        self.sort(c_type) == Sort::Handle
    }

    /// Is it a handle that any thread may use?
    pub fn is_free(&self, c_type: &str) -> bool {
        self.free.contains(self.base(c_type))
    }

    /// The sort of a type by itself.
    pub fn sort(&self, c_type: &str) -> Sort {
        let base = self.base(c_type);
        let stars = c_type.matches(['*', '[']).count();
        if c_type.contains("(*)") || self.callbacks.contains(base) && stars == 0 {
            return match base {
                "lwt_drop_fn" => Sort::Drop,
                _ => Sort::Callback,
            };
        }
        match (base, stars) {
            (base, 1) if self.handles.contains(base) => Sort::Handle,
            (base, 2) if self.handles.contains(base) && c_type.contains("*const *") => {
                Sort::Handles
            }
            (base, 2) if self.handles.contains(base) => Sort::HandlePlace,
            ("lwt_value", 0) => Sort::Value,
            ("lwt_value", _) if c_type.starts_with("const") => Sort::Values,
            ("void", 0) => Sort::Nothing,
            ("void", _) => Sort::Pointer,
            ("char", 1) => Sort::String,
            ("bool", 0) => Sort::Boolean,
            ("double" | "float", 0) => Sort::Number,
            ("..." | "va_list", 0) => Sort::Arguments,
            (base, 0) if self.enumerations.contains(base) => Sort::Enumeration,
            (base, 0 | 1) if self.structures.contains(base) || c_type.contains("struct ") => {
                Sort::Structure
            }
            (_, 0) => Sort::Integer,
            _ if c_type.starts_with("const") => Sort::Pointer,
            _ => Sort::Place,
        }
    }

    /// The sort of a parameter, which its neighbours tell, too.
    pub fn sort_of(&self, parameters: &[Named], at: usize) -> Sort {
        let it = &parameters[at];
        let next = parameters.get(at + 1);
        let counted = next.is_some_and(|next| {
            let lengths = ["len", "length", "size", "n", "count"];
            next.c_type == "size_t" && lengths.iter().any(|name| next.name.ends_with(name))
        });
        match self.sort(&it.c_type) {
            Sort::String if counted => Sort::Buffer,
            Sort::Pointer if it.name.ends_with("env") => Sort::Env,
            Sort::Pointer if counted => Sort::Buffer,
            sort => sort,
        }
    }
}
