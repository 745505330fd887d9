//! What a promise is fulfilled with, in the words of a comment.

/// What a promise is fulfilled with.
pub fn promised(said: &[String]) -> Option<String> {
    let signs = [
        "promise of ",
        "resolved at once, of ",
        "The value is ",
        ": the value is ",
        "ulfilled with ",
    ];
    let (sentence, sign) = signs.iter().find_map(|sign| {
        let found = said.iter().find(|sentence| sentence.contains(sign));
        found.map(|sentence| (sentence, sign))
    })?;
    let (_, rest) = sentence.split_once(sign)?;
    let end = [
        ",",
        ". ",
        ";",
        ":",
        " that ",
        " which ",
        " is fulfilled",
        " resolves",
    ]
    .iter()
    .filter_map(|sign| rest.find(sign))
    .min()
    .unwrap_or(rest.len());
    Some(rest[..end].trim().trim_end_matches('.').to_owned())
}

/// "The promise of `f`" and "of it" tell whose it is, not what it is of.
pub fn tells_what(words: &str) -> bool {
    let whose = ["it", "its own", "that", "them"];
    let another = words.starts_with('`') && !words.starts_with("`LWT_");
    !whose.contains(&words) && !another
}

/// Does a promise have `LWT_NONE` where there is no value?
pub fn tells_of_none(sentence: &str) -> bool {
    [
        "`LWT_NONE` where",
        "`LWT_NONE` at",
        "or `LWT_NONE`",
        "or LWT_NONE",
        "LWT_NONE at",
        "LWT_NONE where",
        "LWT_NONE if",
        "`LWT_NONE` if",
    ]
    .iter()
    .any(|words| sentence.contains(words))
}
