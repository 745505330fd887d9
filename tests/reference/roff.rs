//! Running text and code as man pages have them.

use super::words::{Paragraph, paragraphs};

/// A line of text, so that no sign of it is an order.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            '\\' => out += "\\e",
            '-' => out += "\\-",
            '^' => out += "\\(ha",
            '~' => out += "\\(ti",
            '`' => out += "\\(ga",
            '\'' => out += "\\(aq",
            '"' => out += "\\(dq",
            sign if sign.is_ascii() => out.push(sign),
            sign => out += &format!("\\[u{:04X}]", sign as u32),
        }
    }
    // A sentence after `e.g.` or a name with a dot at the beginning of a line.
    match out.starts_with('.') {
        true => format!("\\&{out}"),
        false => out,
    }
}

/// A line of prose: names of functions bold, what is in backquotes slanted, and
/// no name broken.
pub fn prose(text: &str) -> String {
    let mut out = String::new();
    for (number, part) in text.split('`').enumerate() {
        if number % 2 == 1 {
            let font = if is_function(part) { 'B' } else { 'I' };
            let whole = if part.contains(' ') { "" } else { "\\%" };
            out += &format!("\\f{font}{whole}{}\\fR", escaped(part));
        } else {
            out += &names_bold(part);
        }
    }
    match out.starts_with('.') {
        true => format!("\\&{out}"),
        false => out,
    }
}

fn is_function(word: &str) -> bool {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    (word.starts_with("lwt_") || word.starts_with("LWT_")) && word.chars().all(plain)
}

/// Names of the library are told by their beginning.
fn names_bold(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for sign in text.chars().chain(['\n']) {
        if sign.is_ascii_alphanumeric() || sign == '_' {
            word.push(sign);
            continue;
        }
        match is_function(&word) {
            true => out += &format!("\\fB\\%{word}\\fR"),
            false => out += &escaped(&word).replace("\\&", ""),
        }
        word.clear();
        if sign != '\n' {
            out += &escaped(&sign.to_string()).replace("\\&", "");
        }
    }
    out
}

/// A comment. Within an entry of a list paragraphs must not end it.
pub fn comment(text: &str) -> String {
    let mut out = String::new();
    for (number, paragraph) in paragraphs(text).iter().enumerate() {
        if number > 0 {
            out += ".IP\n";
        }
        out += &entry(paragraph);
    }
    out
}

/// The same between headings.
pub fn chapter(text: &str) -> String {
    let mut out = String::new();
    for (number, paragraph) in paragraphs(text).iter().enumerate() {
        if number > 0 {
            out += ".PP\n";
        }
        out += &entry(paragraph);
    }
    out
}

fn entry(paragraph: &Paragraph) -> String {
    match paragraph {
        Paragraph::Prose(text) => format!("{}\n", prose(text)),
        Paragraph::Code(code) => example(code),
        Paragraph::List(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| format!(".IP \\(bu 2\n{}\n", prose(item)))
                .collect();
            format!(".RS\n{}.RE\n", items.concat())
        }
    }
}

/// Code, further in.
pub fn example(code: &str) -> String {
    let lines: Vec<String> = code.lines().map(code_line).collect();
    format!(".RS 4\n.EX\n{}\n.EE\n.RE\n", lines.join("\n"))
}

fn code_line(line: &str) -> String {
    let line = escaped(line);
    match line.starts_with("\\(aq") || line.is_empty() {
        true => format!("\\&{line}"),
        false => line,
    }
}

/// Names with commas, bold.
pub fn names(names: &[String]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("\\fB\\%{name}\\fR"))
        .collect();
    names.join(",\n")
}
