//! Makes of what cbindgen writes what a person would have written: comments
//! with a star at each line, integer constants as an enumeration, handles as
//! incomplete types.

/// The declarations of a header, as they are to be.
pub fn polish(declarations: &str) -> String {
    let mut blocks = blocks(&comments(declarations));
    blocks.retain(|block| !private_constant(block));
    let handles: Vec<String> = blocks.iter().filter_map(|block| handle(block)).collect();

    // C wants a name before it is used: what names nothing else first, then
    // the callbacks, which know structures by their tags, then the structures.
    blocks.sort_by_key(|block| rank(block));
    let mut out = String::new();
    let mut members = String::new();
    for block in &blocks {
        let (comment, _) = split_comment(block);
        if let Some(member) = constant(block) {
            members += &member;
            continue;
        }
        close_enum(&mut out, &mut members);
        if let Some(name) = handle(block) {
            out += &format!("{comment}typedef struct {name} {name};\n\n");
        } else if rank(block) == Rank::Type && !out.contains("\nstruct ") {
            out += &tags(&blocks);
            out += &format!("{block}\n\n");
        } else {
            out += &format!("{}\n\n", private_pointers(&only_tag(block)));
        }
    }
    close_enum(&mut out, &mut members);
    for name in handles {
        out = out.replace(&format!("struct {name} *"), &format!("{name} *"));
    }
    let out = out
        .replace("(void*)", "(void *)")
        .replace("ptrdiff_t", "intptr_t");
    out.split_inclusive("\n\n").map(wrap).collect()
}

/// The order of declarations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Handle,
    Constant,
    Enum,
    Type,
    Structure,
    Function,
}

fn rank(block: &str) -> Rank {
    let (_, declaration) = split_comment(block);
    if handle(block).is_some() {
        Rank::Handle
    } else if constant(block).is_some() {
        Rank::Constant
    } else if declaration.starts_with("typedef enum ") {
        Rank::Enum
    } else if structure(block).is_some() {
        Rank::Structure
    } else if declaration.starts_with("typedef ") {
        Rank::Type
    } else {
        Rank::Function
    }
}

/// The tag of a structure that is declared with its fields.
fn structure(block: &str) -> Option<&str> {
    let (_, declaration) = split_comment(block);
    Some(
        declaration
            .strip_prefix("typedef struct ")?
            .split_once(" {\n")?
            .0,
    )
}

/// The tags of the structures, for those who use them before they are declared.
fn tags(blocks: &[String]) -> String {
    let structures = blocks.iter().filter(|block| rank(block) == Rank::Structure);
    let tags: String = structures
        .filter_map(|b| structure(b))
        .map(|t| format!("struct {t};\n"))
        .collect();
    if tags.is_empty() { tags } else { tags + "\n" }
}

/// A field may point to a type of the Rust side alone: C sees `void *`.
fn private_pointers(block: &str) -> String {
    let mut out = String::new();
    for line in block.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let is_code = !line.trim_start().starts_with(['/', '*']);
        for (number, word) in words.iter().enumerate() {
            let private = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
            let points = words
                .get(number + 1)
                .is_some_and(|next| next.starts_with('*'));
            let separator = if number == 0 { "" } else { " " };
            out += separator;
            out += if is_code && private && points {
                "void"
            } else {
                word
            };
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// The widest line.
const WIDTH: usize = 80;

/// Breaks the declaration of a function anew, arguments below each other only
/// where one line does not hold them.
fn wrap(block: &str) -> String {
    let (comment, declaration) = split_comment(block);
    let one_line = declaration.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_function = one_line.ends_with(");") && !one_line.starts_with('#');
    let Some(open) = one_line.find('(').filter(|_| is_function) else {
        return block.to_owned();
    };
    let mut out = comment.to_owned();
    let (head, arguments) = one_line.split_at(open + 1);
    out += head;
    let mut column = head.len();
    for (number, argument) in arguments.split(", ").enumerate() {
        let separator = if number == 0 { "" } else { ", " };
        if column + separator.len() + argument.len() + 1 > WIDTH && number > 0 {
            out += &format!(",\n{}{argument}", " ".repeat(head.len()));
            column = head.len() + argument.len();
        } else {
            out += &format!("{separator}{argument}");
            column += separator.len() + argument.len();
        }
    }
    out + "\n\n"
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
    let mut margin = 0;
    let mut skip = false;
    for line in declarations.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        match (&mut comment, line.trim()) {
            (None, "/*") => {
                margin = indent.len() + " ".len();
                comment = Some(Vec::new());
            }
            (None, _) => out += &format!("{line}\n"),
            (Some(lines), "*/") => {
                // The closing sign stands one column further than the opening.
                out += &comment_block(&indent[..indent.len().saturating_sub(1)], lines);
                comment = None;
                skip = false;
            }
            // What a caller has to see to, which ends a comment in Rust, is
            // what each pointer in C is about.
            (Some(lines), "# Safety") => {
                while lines.last().is_some_and(|line| line.is_empty()) {
                    lines.pop();
                }
                skip = true;
            }
            (Some(_), _) if skip => {}
            // Code and what follows the sign of a list stand further in.
            (Some(lines), text) => {
                let before = line.get(..margin).unwrap_or(line);
                let further_in = before.trim().is_empty() && line.len() > margin;
                lines.push(if further_in {
                    line[margin..].trim_end()
                } else {
                    text
                })
            }
        }
    }
    out
}

fn comment_block(indent: &str, lines: &[&str]) -> String {
    let mut block = String::new();
    let width = WIDTH - indent.len() - " * ".len();
    for (number, line) in fill(lines, width).iter().enumerate() {
        let sign = if number == 0 { "/*" } else { " *" };
        block += format!("{indent}{sign} {line}").trim_end();
        block.push('\n');
    }
    format!("{} */\n", block.trim_end())
}

/// A text that was written by hand, its comments filled.
pub fn polish_text(text: &str) -> String {
    let mut out = String::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in text.lines() {
        let inside = !comment.is_empty();
        let Some(rest) = line.strip_prefix(if inside { " *" } else { "/*" }) else {
            out += &format!("{line}\n");
            continue;
        };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        comment.push(rest.strip_suffix("*/").unwrap_or(rest).trim_end());
        if rest.ends_with("*/") {
            out += &comment_block("", &std::mem::take(&mut comment));
        }
    }
    assert!(
        comment.is_empty(),
        "a comment without its end, or with odd signs"
    );
    out
}

/// Breaks paragraphs anew that have a line which is too long, or whose end would
/// leave no room for the sign that closes the comment. Code, and what stands
/// further in, stays as it is.
fn fill(lines: &[&str], width: usize) -> Vec<String> {
    let mut out = Vec::new();
    let apart = |a: &&str, b: &&str| !b.is_empty() && is_prose(a) == is_prose(b);
    for paragraph in lines.chunk_by(|a, b| !a.is_empty() && apart(a, b)) {
        let long = |line: &str| line.chars().count() > width;
        let end = format!("{} */", paragraph[paragraph.len() - 1]);
        let fits = !paragraph.iter().any(|line| long(line)) && !long(&end);
        if fits || !is_prose(paragraph[0]) {
            out.extend(paragraph.iter().map(|line| line.to_string()));
            continue;
        }
        let mut line = String::new();
        let words = paragraph.iter().flat_map(|line| line.split_whitespace());
        for word in words {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                out.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        if long(&format!("{line} */"))
            && let Some(last) = line.rfind(' ')
        {
            out.push(line[..last].to_owned());
            line.drain(..=last);
        }
        out.push(line);
    }
    out
}

/// Is it a line of running text?
fn is_prose(line: &str) -> bool {
    !line.starts_with([' ', '-', '|']) && !line.starts_with("```")
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
