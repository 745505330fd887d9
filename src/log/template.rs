//! Templates: what a logger makes of a message. Module Lwt_log; calls records.
//!
//! `$(NAME)` stands for a variable, and everything else for itself. A template is
//! taken apart once, when its logger is made.

use super::json;
use super::record::{Record, lines};
use super::stamp;
use crate::exn::Exn;
use std::io::Write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variable {
    Message,
    Level,
    Section,
    File,
    Line,
    Column,
    Function,
    Date,
    Milliseconds,
    Time,
    Name,
    Pid,
    Json,
}

/// What they are called.
const VARIABLES: [(&[u8], Variable); 13] = [
    (b"message", Variable::Message),
    (b"level", Variable::Level),
    (b"section", Variable::Section),
    (b"loc-file", Variable::File),
    (b"loc-line", Variable::Line),
    (b"loc-column", Variable::Column),
    (b"loc-function", Variable::Function),
    (b"date", Variable::Date),
    (b"milliseconds", Variable::Milliseconds),
    (b"time", Variable::Time),
    (b"name", Variable::Name),
    (b"pid", Variable::Pid),
    (b"json", Variable::Json),
];

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    Variable(Variable),
}

/// A template.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    /// Does it show the message as a whole, and not line by line?
    whole: bool,
}

/// Of loggers to a channel, and of standard error.
pub const CHANNEL: &[u8] = b"$(name): $(section): $(message)";
/// Of loggers to a file.
pub const FILE: &[u8] = b"$(date): $(section): $(message)";
/// Of loggers to syslog.
pub const SYSLOG: &[u8] = b"$(date) $(name)[$(pid)]: $(section): $(message)";

impl Template {
    /// Takes a text apart. The error: LWT_INVALID_ARGUMENT, there is no such variable.
    pub fn parse(text: &[u8], function: &str) -> Result<Template, Exn> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.windows(2).position(|two| two == b"$(") {
            if at > 0 {
                pieces.push(Piece::Text(rest[..at].to_vec()));
            }
            let after = &rest[at + 2..];
            let end = after.iter().position(|&b| b == b')');
            let name = &after[..end.unwrap_or(after.len())];
            let known = VARIABLES.iter().find(|(known, _)| *known == name);
            let (Some(end), Some((_, variable))) = (end, known) else {
                let name = String::from_utf8_lossy(name);
                let why = format!("{function}: a template has no variable {name:?}");
                return Err(Exn::invalid(&why));
            };
            pieces.push(Piece::Variable(*variable));
            rest = &after[end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_vec()));
        }
        let whole = pieces.contains(&Piece::Variable(Variable::Json));
        Ok(Template { pieces, whole })
    }

    /// One that is the library's own.
    pub fn known(text: &[u8]) -> Template {
        let empty = || Template {
            pieces: Vec::new(),
            whole: true,
        };
        Template::parse(text, "").unwrap_or_else(|_| empty())
    }

    /// `Lwt_log.render`: what it makes of a line of a message.
    pub fn render(&self, out: &mut Vec<u8>, record: &Record, line: &[u8]) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text),
                Piece::Variable(variable) => show(out, *variable, record, line),
            }
        }
    }

    /// Each line of a message as the template has it; `end` is told that one ends.
    pub fn render_lines(
        &self,
        out: &mut Vec<u8>,
        record: &Record,
        mut end: impl FnMut(&mut Vec<u8>),
    ) {
        if self.whole {
            if !record.text.is_empty() || !record.is_plain() {
                self.render(out, record, record.text);
                end(out);
            }
            return;
        }
        record.with_words(|words| {
            for line in lines(words) {
                self.render(out, record, line);
                end(out);
            }
        });
    }
}

fn number(out: &mut Vec<u8>, number: impl std::fmt::Display) {
    // Writing into memory does not fail.
    let _ = write!(out, "{number}");
}

fn show(out: &mut Vec<u8>, variable: Variable, record: &Record, line: &[u8]) {
    let place = &record.place;
    let known = |n: i32| if n > 0 { n } else { -1 };
    let text = match variable {
        Variable::Message => line,
        Variable::Level => record.level.name().to_bytes(),
        Variable::Section => record.section.name().to_bytes(),
        Variable::File => place.file.unwrap_or(c"<unknown>").to_bytes(),
        Variable::Function => place.function.unwrap_or(c"<unknown>").to_bytes(),
        Variable::Name => stamp::program(),
        Variable::Line => return number(out, known(place.line)),
        Variable::Column => return number(out, known(place.column)),
        Variable::Pid => return number(out, stamp::process()),
        Variable::Date => return record.time.write_date(out),
        Variable::Milliseconds => return record.time.write_milliseconds(out),
        Variable::Time => return record.time.write_universal(out),
        Variable::Json => return json::object(out, record),
    };
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::LWT_INVALID_ARGUMENT;
    use crate::log::level::Level;
    use crate::log::record::Place;
    use crate::log::section::Section;
    use crate::log::stamp::Time;

    fn rendered(template: &str, text: &str) -> String {
        let template = Template::parse(template.as_bytes(), "test").unwrap();
        let record = Record {
            section: Section::main(),
            level: Level::Info,
            place: Place::default(),
            time: Time::default(),
            text: text.as_bytes(),
            exn: None,
            fields: &[],
        };
        let mut out = Vec::new();
        template.render_lines(&mut out, &record, |out| out.push(b'|'));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn variables_are_replaced_and_all_else_stays() {
        assert_eq!(
            rendered("[$(level)] $(section): $(message)", "x"),
            "[info] main: x|"
        );
        assert_eq!(
            rendered("$(loc-file) $(loc-line) $(loc-column)", "x"),
            "<unknown> -1 -1|"
        );
        assert_eq!(rendered("$5 $ ( $$(message)$", "x"), "$5 $ ( $x$|");
        assert_eq!(
            rendered("$(milliseconds)$(loc-function)", "x"),
            "000<unknown>|"
        );
    }

    #[test]
    fn each_line_is_rendered_by_itself_but_json_as_a_whole() {
        assert_eq!(rendered("<$(message)>", "a\nb\n"), "<a>|<b>|");
        assert_eq!(rendered("<$(message)>", ""), "");
        let json = rendered("$(json)", "a\nb\n");
        assert_eq!(json.matches('|').count(), 1);
        assert!(json.contains(r#""message":"a\nb""#));
    }

    #[test]
    fn a_variable_that_is_not_there_is_told_at_once() {
        for no in ["$(nothing)", "$()", "$(message", "$(Message)"] {
            let told = Template::parse(no.as_bytes(), "test").unwrap_err();
            assert_eq!(told.kind(), LWT_INVALID_ARGUMENT, "{no}");
        }
    }
}
