//! JSON, written so that a change shows in few lines: what fits on a line stands
//! on one.

/// A value.
pub enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    pub fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Json {
        Json::List(texts.into_iter().map(|t| Json::text(t.as_ref())).collect())
    }

    pub fn or_null(text: Option<impl Into<String>>) -> Json {
        text.map_or(Json::Null, Json::text)
    }

    /// The text of a file.
    pub fn file(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }

    /// All of it on one line.
    fn line(&self) -> String {
        match self {
            Json::Null => "null".into(),
            Json::Bool(truth) => truth.to_string(),
            Json::Number(number) => number.to_string(),
            Json::Text(text) => quoted(text),
            Json::List(items) => {
                let items: Vec<String> = items.iter().map(Json::line).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{}: {}", quoted(name), value.line()))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }

    fn write(&self, out: &mut String, indent: usize) {
        const WIDTH: usize = 120;
        let line = self.line();
        if line.len() + indent <= WIDTH {
            *out += &line;
            return;
        }
        let margin = " ".repeat(indent + 1);
        match self {
            Json::List(items) => {
                *out += "[";
                for (number, item) in items.iter().enumerate() {
                    *out += if number == 0 { "\n" } else { ",\n" };
                    *out += &margin;
                    item.write(out, indent + 1);
                }
                *out += &format!("\n{}]", " ".repeat(indent));
            }
            Json::Object(fields) => {
                *out += "{";
                for (number, (name, value)) in fields.iter().enumerate() {
                    *out += if number == 0 { "\n" } else { ",\n" };
                    *out += &format!("{margin}{}: ", quoted(name));
                    value.write(out, indent + 1);
                }
                *out += &format!("\n{}}}", " ".repeat(indent));
            }
            _ => *out += &line,
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            sign if (sign as u32) < 0x20 => out += &format!("\\u{:04x}", sign as u32),
            sign => out.push(sign),
        }
    }
    out + "\""
}
