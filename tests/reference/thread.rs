//! On which thread a function may be called, in the words of a comment.

/// Is a sentence there to tell the thread? "On the channel's thread."
pub fn tells_the_thread(sentence: &str) -> bool {
    let begins = [
        "On any thread",
        "Of this thread",
        "In any thread",
        "From any thread",
    ];
    begins.iter().any(|words| sentence.starts_with(words))
        || sentence.starts_with("On the ") && sentence.ends_with("thread.")
}

/// The thread that a sentence speaks of.
pub fn thread_of(sentence: &str) -> Option<&'static str> {
    let words = sentence.to_lowercase();
    let any = words.contains("any thread");
    let not = ["not for", "not in"].iter().any(|it| words.contains(it));
    let own = ["whose it then is", "for itself", "for that thread"];
    if any && words.contains("signal handler") && !not {
        Some("async-signal-safe")
    } else if any && own.iter().any(|it| words.contains(it)) {
        Some("caller")
    } else if any {
        Some("any")
    } else if words.contains("this thread's")
        || words.contains("calling thread")
        || words.starts_with("of this thread")
    {
        Some("caller")
    } else if words.starts_with("on ") && words.contains("thread") {
        Some("owner")
    } else {
        None
    }
}
