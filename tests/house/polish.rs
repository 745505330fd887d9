//! Makes of what cbindgen writes what a person would have written: comments
//! with a star at each line, integer constants as an enumeration, handles as
//! incomplete types.

/// The declarations of a header, as they are to be.
pub fn polish(declarations: &str) -> String {
    let mut blocks = blocks(&comments(declarations));
    blocks.retain(|block| !private_constant(block));
    let handles: Vec<String> = blocks.iter().filter_map(|block| handle(block)).collect();

    let mut out = String::new();
    for block in blocks.iter().filter(|block| handle(block).is_some()) {
        let (comment, _) = split_comment(block);
        let name = handle(block).expect("only handles are here");
        out += &format!("{comment}typedef struct {name} {name};\n\n");
    }
    let mut members = String::new();
    for block in blocks.iter().filter(|block| handle(block).is_none()) {
        match constant(block) {
            Some(member) => members += &member,
            None => {
                close_enum(&mut out, &mut members);
                out += &format!("{}\n\n", only_tag(block));
            }
        }
    }
    close_enum(&mut out, &mut members);
    for name in handles {
        out = out.replace(&format!("struct {name} *"), &format!("{name} *"));
    }
    out.replace("(void*)", "(void *)")
}

/// Declarations with their comments. An empty line ends one, but for those in
/// comments and structures.
fn blocks(declarations: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in declarations.lines() {
        let last = all.last_mut().expect("never empty");
        let inside = last.matches("/*").count() > last.matches("*/").count()
            || last.matches('{').count() > last.matches('}').count();
        if line.trim().is_empty() && !inside {
            all.push(String::new());
        } else {
            *last += &format!("{line}\n");
        }
    }
    all.retain(|block| !block.trim().is_empty());
    all.iter()
        .map(|block| block.trim_end().to_owned())
        .collect()
}

/// The name of a handle, if the block declares one: a structure whose only
/// field takes no room.
fn handle(block: &str) -> Option<String> {
    let (_, declaration) = split_comment(block);
    let body = declaration.strip_prefix("typedef struct ")?;
    let (name, field) = body.split_once(" {\n")?;
    field
        .trim_start()
        .starts_with("uint8_t _private[0];")
        .then(|| name.to_owned())
}

/// A block's comment, with the end of its line, and the rest.
fn split_comment(block: &str) -> (&str, &str) {
    match block.find("*/\n") {
        Some(end) if block.starts_with("/*") => block.split_at(end + 3),
        _ => ("", block),
    }
}

/// `struct lwt_unix_job` has no type name in C++, and in C that name is the
/// pointer's, as the manual has it.
fn only_tag(block: &str) -> String {
    block
        .replace("typedef struct lwt_unix_job {", "struct lwt_unix_job {")
        .replace("} lwt_unix_job;", "};")
}

/// cbindgen puts the signs of a comment on lines of their own.
fn comments(declarations: &str) -> String {
    let mut out = String::new();
    let mut comment: Option<Vec<&str>> = None;
    for line in declarations.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        match (&mut comment, line.trim()) {
            (None, "/*") => comment = Some(Vec::new()),
            (None, _) => out += &format!("{line}\n"),
            (Some(lines), "*/") => {
                // The closing sign stands one column further than the opening.
                out += &comment_block(&indent[..indent.len().saturating_sub(1)], lines);
                comment = None;
            }
            (Some(lines), text) => lines.push(text),
        }
    }
    out
}

fn comment_block(indent: &str, lines: &[&str]) -> String {
    let mut block = String::new();
    for (number, line) in lines.iter().enumerate() {
        let sign = if number == 0 { "/*" } else { " *" };
        block += format!("{indent}{sign} {line}").trim_end();
        block.push('\n');
    }
    format!("{} */\n", block.trim_end())
}

fn close_enum(out: &mut String, members: &mut String) {
    if !members.is_empty() {
        *out += &format!(
            "enum {{\n{}\n}};\n\n",
            members.trim_end().trim_end_matches(',')
        );
        members.clear();
    }
}

/// A constant of the Rust side alone: it does not bear the library's name.
fn private_constant(block: &str) -> bool {
    let (_, rest) = split_comment(block);
    rest.starts_with("#define ") && !rest.starts_with("#define LWT_")
}

/// A comment and the macro of an `int`, as a member of an enumeration: a
/// debugger knows it, and a name space holds it.
fn constant(block: &str) -> Option<String> {
    let (comment, define) = split_comment(block);
    let (name, value) = define.strip_prefix("#define ")?.split_once(' ')?;
    let _: i32 = value.parse().ok()?;
    let comment: String = comment.lines().map(|line| format!("  {line}\n")).collect();
    Some(format!("{comment}  {name} = {value},\n"))
}
