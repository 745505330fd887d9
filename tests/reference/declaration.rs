//! What a declaration of a header says, taken apart. The headers are written by
//! one generator in one style, so that few rules read all of them.

use super::read::plain;

/// A name with a type: a parameter, or a field.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub c_type: String,
    pub doc: String,
}

/// A constant of an enumeration.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub value: i64,
    pub doc: String,
}

/// A declaration, or a macro.
#[derive(Clone, Debug)]
pub enum Declaration {
    Function {
        inline: bool,
        result: String,
        name: String,
        parameters: Vec<Named>,
    },
    Callback {
        result: String,
        name: String,
        parameters: Vec<Named>,
    },
    Handle {
        name: String,
    },
    Structure {
        name: String,
        fields: Vec<Named>,
    },
    Enumeration {
        name: Option<String>,
        members: Vec<Member>,
    },
    Alias {
        name: String,
        of: String,
    },
    Macro {
        name: String,
        parameters: Option<Vec<String>>,
        value: String,
    },
    /// A tag before its structure, or what only the compiler is told.
    Nothing,
}

impl Declaration {
    pub fn of(code: &str) -> Declaration {
        if let Some(define) = code.strip_prefix("#define ") {
            return macro_(define);
        }
        let code = code.trim_end_matches(';').trim_end();
        if let Some(typedef) = code.strip_prefix("typedef ") {
            type_(typedef)
        } else if let Some(body) = code.strip_prefix("enum {") {
            enumeration(None, body)
        } else if code.starts_with("struct ") && code.contains('{') && !code.contains('(') {
            type_(&format!("{code} "))
        } else if code.contains('(') {
            function(code)
        } else {
            Declaration::Nothing
        }
    }
}

fn macro_(define: &str) -> Declaration {
    let name_end = define
        .find(|sign: char| !sign.is_alphanumeric() && sign != '_')
        .unwrap_or(define.len());
    let (name, rest) = define.split_at(name_end);
    let (parameters, value) = match rest.strip_prefix('(') {
        Some(rest) => {
            let (inside, value) = rest.split_once(')').expect("a macro's parameters end");
            let names = inside.split(',').map(|name| name.trim().to_owned());
            (Some(names.collect()), value)
        }
        None => (None, rest),
    };
    Declaration::Macro {
        name: name.to_owned(),
        parameters,
        value: one_line(&value.replace("\\\n", " ")),
    }
}

/// What follows `typedef`.
fn type_(typedef: &str) -> Declaration {
    if let Some((head, body)) = typedef.split_once('{') {
        let tag = head.split_whitespace().nth(1).map(str::to_owned);
        let body = &body[..body.rfind('}').expect("a type's body ends")];
        return match head.starts_with("enum") {
            true => enumeration(tag, body),
            false => Declaration::Structure {
                name: tag.expect("structures have tags"),
                fields: fields(body),
            },
        };
    }
    let typedef = one_line(typedef);
    if let Some((result, rest)) = typedef.split_once("(*") {
        let (name, parameters) = rest.split_once(")(").expect("a callback's parameters");
        return Declaration::Callback {
            result: result.trim().to_owned(),
            name: name.to_owned(),
            parameters: parameters_of(parameters.trim_end_matches(')')),
        };
    }
    let (of, name) = split_name(&typedef);
    match of.strip_prefix("struct ") {
        Some(tag) if tag == name => Declaration::Handle { name },
        _ => Declaration::Alias { name, of },
    }
}

fn enumeration(name: Option<String>, body: &str) -> Declaration {
    let body = body.trim_end().trim_end_matches('}');
    let mut next = 0;
    let members = commented(body, ',').map(|(doc, code)| {
        let (name, value) = match code.split_once('=') {
            Some((name, value)) => (name.trim(), number(value)),
            None => (code.as_str(), next),
        };
        next = value + 1;
        Member {
            name: name.to_owned(),
            value,
            doc,
        }
    });
    Declaration::Enumeration {
        name,
        members: members.collect(),
    }
}

fn number(text: &str) -> i64 {
    let text = text.trim().trim_matches(['(', ')']);
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16),
        None => text.parse(),
    }
    .unwrap_or_else(|_| panic!("the value of a constant: {text}"))
}

fn fields(body: &str) -> Vec<Named> {
    let fields = commented(body, ';').map(|(doc, code)| Named {
        doc,
        ..named(&code)
    });
    fields.collect()
}

/// The parts of a body, each with the comment over it, or behind it on its line.
fn commented(body: &str, sign: char) -> impl Iterator<Item = (String, String)> {
    let mut parts = Vec::new();
    let (mut doc, mut code) = (String::new(), String::new());
    let mut rest = body;
    while !rest.is_empty() {
        if rest.starts_with("/*") {
            let end = rest.find("*/").expect("the comment ends") + 2;
            doc = plain(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let next = rest.chars().next().expect("it is not the end");
        rest = &rest[next.len_utf8()..];
        if next == sign && code.matches('(').count() == code.matches(')').count() {
            let behind = rest.split('\n').next().unwrap_or_default();
            if doc.is_empty() && behind.trim_start().starts_with("/*") && behind.contains("*/") {
                doc = plain(behind.trim());
            }
            parts.push((std::mem::take(&mut doc), one_line(&code)));
            code.clear();
        } else {
            code.push(next);
        }
    }
    if !code.trim().is_empty() {
        parts.push((doc, one_line(&code)));
    }
    parts.into_iter()
}

fn function(code: &str) -> Declaration {
    let mut code = code;
    // An attribute of ours before it.
    if code.starts_with("LWT_") || code.starts_with("__attribute__") {
        code = code.split_once('\n').map_or(code, |(_, rest)| rest);
    }
    let inline = code.starts_with("static inline ");
    let head = match code.find('{') {
        Some(body) if inline => &code[..body],
        _ => code,
    };
    let head = one_line(head.trim_start_matches("static inline "));
    let Some((before, parameters)) = head.split_once('(') else {
        return Declaration::Nothing;
    };
    let (result, name) = split_name(before);
    let end = parameters.rfind(')').expect("the parameters end");
    Declaration::Function {
        inline,
        result,
        name,
        parameters: parameters_of(&parameters[..end]),
    }
}

fn parameters_of(list: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut one = String::new();
    for sign in list.chars().chain([',']) {
        match sign {
            ',' if depth == 0 => {
                let text = one.trim();
                if !text.is_empty() && text != "void" {
                    found.push(named(text));
                }
                one.clear();
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        one.push(sign);
    }
    found
}

/// A type with a name: `const lwt_t *p`, `void (*f)(size_t count, void *env)`.
fn named(text: &str) -> Named {
    let text = one_line(text);
    let (c_type, name) = if text == "..." {
        (text.clone(), text.clone())
    } else if let Some((before, rest)) = text.split_once("(*") {
        let (name, after) = rest.split_once(')').expect("a name in parentheses");
        (format!("{before}(*){after}"), name.to_owned())
    } else if let Some(open) = text.find('[') {
        let (c_type, name) = split_name(&text[..open]);
        (format!("{c_type}{}", &text[open..]), name)
    } else if matches!(text.as_str(), "void *" | "void") || text.ends_with('*') {
        (text.clone(), String::new())
    } else {
        split_name(&text)
    };
    Named {
        name,
        c_type,
        doc: String::new(),
    }
}

/// The last word of a declaration is its name.
fn split_name(text: &str) -> (String, String) {
    let text = text.trim();
    let at = text
        .rfind(|sign: char| !sign.is_alphanumeric() && sign != '_')
        .map_or(0, |at| at + 1);
    (text[..at].trim().to_owned(), text[at..].to_owned())
}

/// The same on one line, without comments.
pub fn one_line(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some((before, after)) = rest.split_once("/*") {
        out += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out += rest;
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
