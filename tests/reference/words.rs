//! A comment as running text: its paragraphs, and its sentences.

/// A part of a comment between empty lines.
#[derive(Clone, Debug, PartialEq)]
pub enum Paragraph {
    Prose(String),
    /// Text that stands further in: an example.
    Code(String),
    /// What begins with a dash each.
    List(Vec<String>),
}

/// The paragraphs of a comment. Lines of prose are joined.
pub fn paragraphs(comment: &str) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let mut fresh = true;
    for line in comment.lines() {
        let text = line.trim();
        if text.is_empty() {
            // An example may have an empty line in its middle.
            fresh = true;
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let item = text.strip_prefix("- ");
        match (found.last_mut(), item) {
            (Some(Paragraph::List(items)), Some(item)) => items.push(item.to_owned()),
            (_, Some(item)) => found.push(Paragraph::List(vec![item.to_owned()])),
            (Some(Paragraph::List(items)), None) if !fresh => {
                let last = items.last_mut().expect("a list has items");
                *last += " ";
                *last += text;
            }
            (Some(Paragraph::Code(code)), None) if indent > 1 => {
                *code += if fresh { "\n\n" } else { "\n" };
                *code += line;
            }
            (_, None) if indent > 1 => found.push(Paragraph::Code(line.to_owned())),
            (Some(Paragraph::Prose(prose)), None) if !fresh => {
                *prose += " ";
                *prose += text;
            }
            (_, None) => found.push(Paragraph::Prose(text.to_owned())),
        }
        fresh = false;
    }
    for paragraph in &mut found {
        if let Paragraph::Code(code) = paragraph {
            *code = without_margin(code);
        }
    }
    found
}

fn without_margin(code: &str) -> String {
    let margin = code
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = code
        .lines()
        .map(|line| line.get(margin..).unwrap_or(""))
        .collect();
    lines.join("\n")
}

/// The sentences of a comment, examples left out.
pub fn sentences(comment: &str) -> Vec<String> {
    let mut found = Vec::new();
    for paragraph in paragraphs(comment) {
        match paragraph {
            Paragraph::Prose(prose) => split(&prose, &mut found),
            Paragraph::List(items) => items.iter().for_each(|item| split(item, &mut found)),
            Paragraph::Code(_) => {}
        }
    }
    found
}

fn split(prose: &str, found: &mut Vec<String>) {
    let mut begin = 0;
    for (at, sign) in prose.char_indices() {
        let after = &prose[at + sign.len_utf8()..];
        let ends = matches!(sign, '.' | '?' | '!') && after.starts_with([' ', ')']);
        let so_far = &prose[begin..at + sign.len_utf8()];
        // Not within brackets, and not behind `e.g.`
        let open = so_far.matches('(').count() > so_far.matches(')').count();
        if ends && !open && !so_far.ends_with("e.g.") && !so_far.ends_with("i.e.") {
            found.push(so_far.trim().to_owned());
            begin = at + 1;
        }
    }
    let last = prose[begin..].trim();
    if !last.is_empty() {
        found.push(last.to_owned());
    }
}

/// The words of a text that begin with `prefix`, as names of C are made.
pub fn names<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
        .filter(move |word| word.starts_with(prefix) && word.len() > prefix.len())
}

/// The names of Lwt that a comment gives: `Lwt_mutex.lock`.
pub fn lwt_names(comment: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (number, part) in comment.split('`').enumerate() {
        let words = part.split_whitespace().last().unwrap_or_default();
        let of_ocaml = words.starts_with("Lwt") || words.starts_with("Unix.");
        let name = words.to_owned();
        if number % 2 == 1 && of_ocaml && words.contains('.') && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
