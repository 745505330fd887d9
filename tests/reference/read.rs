//! A header cut into its items: each declaration or macro with the comment that
//! stands over it. A comment with an empty line behind it belongs to no item:
//! it tells what the module, or what follows, is about.

/// What a header holds, in its order.
pub enum Piece {
    /// A comment by itself.
    About(String),
    /// A declaration or a macro, with the comment that speaks of it, which may
    /// stand over several.
    Item { comment: String, code: String },
}

/// Reads a header as a C compiler that has GNU's extensions does, without
/// LWT_DEBUG.
pub fn pieces(header: &str) -> Vec<Piece> {
    let mut reader = Reader {
        rest: header,
        conditions: Vec::new(),
        comment: None,
        used: false,
        found: Vec::new(),
    };
    while reader.step() {}
    reader.give_up_comment();
    reader.found
}

struct Reader<'a> {
    rest: &'a str,
    /// Of the conditional parts around: is what stands here compiled?
    conditions: Vec<bool>,
    comment: Option<String>,
    /// Has an item had the comment?
    used: bool,
    found: Vec<Piece>,
}

impl Reader<'_> {
    /// Takes the next thing; false at the end.
    fn step(&mut self) -> bool {
        let space = self.rest.len() - self.rest.trim_start().len();
        if self.rest[..space].matches('\n').count() > 1 {
            self.give_up_comment();
        }
        self.rest = &self.rest[space..];
        if self.rest.is_empty() {
            return false;
        }
        if self.rest.starts_with("/*") {
            let end = self.rest.find("*/").expect("the comment ends") + 2;
            let text = plain(&self.take(end));
            if self.compiled() {
                self.give_up_comment();
                self.comment = Some(text);
            }
        } else if self.rest.starts_with('#') {
            let line = self.directive();
            self.obey(&line);
        } else {
            let end = declaration_end(self.rest);
            let code = self.take(end);
            // The braces of `extern "C"` are no declaration.
            if self.compiled() && code != "}" && !code.starts_with("extern \"C\"") {
                self.item(code);
            }
        }
        true
    }

    fn compiled(&self) -> bool {
        self.conditions.iter().all(|it| *it)
    }

    fn take(&mut self, len: usize) -> String {
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest;
        taken.to_owned()
    }

    /// A line of the preprocessor with those that continue it.
    fn directive(&mut self) -> String {
        let mut end = 0;
        for line in self.rest.split_inclusive('\n') {
            end += line.trim_end_matches('\n').len();
            if !line.trim_end().ends_with('\\') {
                break;
            }
            end += 1;
        }
        self.take(end)
    }

    fn obey(&mut self, line: &str) {
        let words: Vec<&str> = line[1..].split_whitespace().collect();
        match words[..] {
            ["ifdef", name] => self
                .conditions
                .push(!["__cplusplus", "LWT_DEBUG", "LWT_LOG_DEBUG"].contains(&name)),
            ["ifndef", ..] => self.conditions.push(true),
            // Those that ask for the compiler name the better one first.
            ["if", ..] => self.conditions.push(!line.contains("__cplusplus")),
            ["else" | "elif", ..] => {
                if let Some(last) = self.conditions.last_mut() {
                    *last = !*last;
                }
            }
            ["endif", ..] => {
                self.conditions.pop();
            }
            ["define", name, ..] if self.compiled() && !name.ends_with("_H") => {
                self.item(line.to_owned())
            }
            _ => {}
        }
    }

    fn item(&mut self, code: String) {
        self.found.push(Piece::Item {
            comment: self.comment.clone().unwrap_or_default(),
            code,
        });
        self.used = true;
    }

    fn give_up_comment(&mut self) {
        if let Some(text) = self.comment.take()
            && !self.used
        {
            self.found.push(Piece::About(text));
        }
        self.used = false;
    }
}

/// Where the declaration at the beginning of `code` ends: at its semicolon, or
/// with the body of its function.
fn declaration_end(code: &str) -> usize {
    if code.starts_with("extern \"C\" {") {
        return "extern \"C\" {".len();
    }
    let mut depth = 0;
    let mut is_function = false;
    let mut at = 0;
    while at < code.len() {
        let rest = &code[at..];
        if rest.starts_with("/*") {
            at += rest.find("*/").expect("the comment ends") + 2;
            continue;
        }
        let sign = rest.chars().next().expect("it is not the end");
        at += sign.len_utf8();
        match sign {
            '"' | '\'' => at += literal(&code[at..], sign),
            '(' => {
                depth += 1;
                // `typedef lwt_t *(*f)(...)` has no body either.
                is_function = is_function || !code.starts_with("typedef");
            }
            '{' => depth += 1,
            ')' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth <= 0 && is_function || depth < 0 {
                    return at;
                }
            }
            ';' if depth == 0 => return at,
            _ => {}
        }
    }
    code.len()
}

/// How long a text or a character is, with the sign that ends it.
fn literal(code: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = code.find(|sign| {
        let ends = sign == quote && !escaped;
        escaped = sign == '\\' && !escaped;
        ends
    });
    end.expect("the text ends") + 1
}

/// A comment without its signs.
pub fn plain(comment: &str) -> String {
    let inner = comment.trim_start_matches("/*").trim_end_matches("*/");
    let lines: Vec<&str> = inner
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let line = match number {
                0 => line,
                _ => line.trim_start().strip_prefix('*').unwrap_or(line),
            };
            line.strip_prefix(' ').unwrap_or(line).trim_end()
        })
        .collect();
    lines.join("\n").trim().to_owned()
}
