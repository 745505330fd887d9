//! `lwt_read_line.h`: completion. Module Lwt_read_line.

use super::block::Block;
use super::command::{string, utf8};
use crate::abi::lwt_t;
use crate::capi::lwt::{array, chars};
use crate::capi::lwt_io::channel::lwt_io_channel;
use crate::capi::lwt_io::output;
use crate::exn::Exn;
use crate::promise::failed;
use crate::promise::text::lwt_string;
use crate::read_line::complete::{self, Completion};
use std::ffi::c_char;
use std::ptr;

/// What a completion makes of the text around the cursor, in one block.
#[repr(C)]
pub struct lwt_read_line_completion {
    /// The text before the cursor.
    pub before: *const c_char,
    /// The text behind it.
    pub after: *const c_char,
    /// How many words fit.
    pub n: usize,
    /// The words, sorted, each once.
    pub words: *const *const c_char,
}

/// The words that C lists; what is not UTF-8 becomes U+FFFD.
///
/// # Safety
/// `words` is NULL or the start of `n`, each NULL or a text with a NUL byte at its end.
pub(in crate::capi) unsafe fn words(
    function: &str,
    words: *const *const c_char,
    n: usize,
) -> Result<Vec<String>, Exn> {
    // SAFETY: the caller's promise.
    let words = unsafe { array(function, words, n) }?.iter();
    // SAFETY: the caller's promise.
    let words = words.map(|word| unsafe { utf8(*word, function, "a word") });
    words.collect()
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// A completion that C owns. NULL: out of memory.
pub(in crate::capi) fn owned(completion: &Completion) -> *mut lwt_read_line_completion {
    let mut block = Block::with_pointers::<lwt_read_line_completion>(completion.words.len());
    let before = block.text(completion.before.as_bytes());
    let after = block.text(completion.after.as_bytes());
    let texts = completion
        .words
        .iter()
        .map(|word| block.text(word.as_bytes()));
    let places: Vec<_> = texts.collect();
    block.made_with(&places, |at, words| lwt_read_line_completion {
        before: at(before),
        after: at(after),
        n: places.len(),
        words,
    })
}

/// A completion of C's; None for NULL.
///
/// # Safety
/// It is NULL or a whole one.
pub unsafe fn completion_of(completion: *const lwt_read_line_completion) -> Option<Completion> {
    // SAFETY: the caller's promise.
    let it = unsafe { completion.as_ref() }?;
    // SAFETY: texts of a whole one, or NULL, which is empty.
    let text = |text| unsafe { chars(text) }.to_string_lossy().into_owned();
    // SAFETY: as above.
    let all = unsafe { array("completion", it.words, it.n) }.unwrap_or(&[]);
    Some(Completion {
        before: text(it.before),
        after: text(it.after),
        words: all.iter().map(|word| text(*word)).collect(),
    })
}

/// What the words that begin with `word` have in common, and these, `Lwt_read_line.lookup`:
/// `before` of the result is their longest common prefix, in whole characters, and `after`
/// is empty. No word fits: "" and none.
///
/// Owned by the caller: lwt_read_line_completion_release. NULL: a text is NULL, or memory
/// ran out. On any thread.
///
/// # Safety
/// Each text ends with a NUL byte or is NULL; there are `n` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_lookup(
    word: *const c_char,
    words: *const *const c_char,
    n: usize,
) -> *mut lwt_read_line_completion {
    const NAME: &str = "lwt_read_line_lookup";
    // SAFETY: the caller's promise.
    let given = unsafe { (utf8(word, NAME, "the word"), self::words(NAME, words, n)) };
    let (Ok(word), Ok(words)) = given else {
        return ptr::null_mut();
    };
    let listed = borrowed(&words);
    let (prefix, fitting) = complete::lookup(&word, &listed);
    owned(&Completion {
        before: prefix.to_owned(),
        after: String::new(),
        words: fitting.into_iter().map(String::from).collect(),
    })
}

/// Completes `word`, which stands between `before` and the cursor,
/// `Lwt_read_line.complete`: nothing changes if none of the words begins with it; one that
/// does is put there, with `suffix` behind it (NULL: " "); of several, what they have in
/// common.
///
/// Owned by the caller: lwt_read_line_completion_release. NULL: a text other than `suffix`
/// is NULL, or memory ran out. On any thread.
///
/// # Safety
/// Each text ends with a NUL byte or is NULL; there are `n` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_complete(
    before: *const c_char,
    word: *const c_char,
    after: *const c_char,
    words: *const *const c_char,
    n: usize,
    suffix: *const c_char,
) -> *mut lwt_read_line_completion {
    const NAME: &str = "lwt_read_line_complete";
    // SAFETY: the caller's promise.
    let texts = unsafe {
        (
            utf8(before, NAME, "the text before"),
            utf8(word, NAME, "the word"),
            utf8(after, NAME, "the text behind"),
            self::words(NAME, words, n),
        )
    };
    let (Ok(before), Ok(word), Ok(after), Ok(words)) = texts else {
        return ptr::null_mut();
    };
    // SAFETY: the caller's promise.
    let suffix = unsafe { utf8(suffix, NAME, "the suffix") };
    let suffix = suffix.unwrap_or_else(|_| " ".to_owned());
    let listed = borrowed(&words);
    owned(&complete::complete(
        &before, &word, &after, &listed, &suffix,
    ))
}

/// A completion put together by hand: what is to be around the cursor, and the words to
/// choose from, which are taken as they are.
///
/// Owned by the caller: lwt_read_line_completion_release. NULL: a text is NULL, or memory
/// ran out. On any thread.
///
/// # Safety
/// Each text ends with a NUL byte or is NULL; there are `n` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_completion_create(
    before: *const c_char,
    after: *const c_char,
    words: *const *const c_char,
    n: usize,
) -> *mut lwt_read_line_completion {
    const NAME: &str = "lwt_read_line_completion_create";
    // SAFETY: the caller's promise.
    let texts = unsafe {
        (
            utf8(before, NAME, "the text before"),
            utf8(after, NAME, "the text behind"),
            self::words(NAME, words, n),
        )
    };
    match texts {
        (Ok(before), Ok(after), Ok(words)) => owned(&Completion {
            before,
            after,
            words,
        }),
        _ => ptr::null_mut(),
    }
}

/// Frees a completion. Nothing for NULL. On any thread.
///
/// # Safety
/// It came from one of the calls above, and was not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_completion_release(
    completion: *mut lwt_read_line_completion,
) {
    // SAFETY: one block of the C library's.
    unsafe { libc::free(completion.cast()) }
}

/// The words in columns, filled downwards, on lines of at most `width` columns of a
/// terminal (a wider word has a line to itself), each with a newline. Empty words are left
/// out. What lwt_read_line_print_words prints.
///
/// Owned by the caller: lwt_string_release. NULL: a word is NULL, or memory ran out. On any
/// thread.
///
/// # Safety
/// There are `n` words, each NULL or with a NUL byte at its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_format_words(
    width: usize,
    words: *const *const c_char,
    n: usize,
) -> *mut lwt_string {
    // SAFETY: the caller's promise.
    let words = unsafe { self::words("lwt_read_line_format_words", words, n) };
    words.map_or(ptr::null_mut(), |words| {
        string(&complete::columns(width, &borrowed(&words)))
    })
}

/// Writes the words in columns, `Lwt_read_line.print_words`: the text that
/// lwt_read_line_format_words gives, as one write.
///
/// Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It fails as
/// lwt_io_write, with LWT_INVALID_ARGUMENT if a word is NULL. Cancelling it: as
/// lwt_io_write. On the channel's thread.
///
/// # Safety
/// As lwt_read_line_format_words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_print_words(
    channel: *const lwt_io_channel,
    width: usize,
    words: *const *const c_char,
    n: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_read_line_print_words";
    // SAFETY: the caller's promise.
    let words = unsafe { self::words(NAME, words, n) };
    let given = output(channel, NAME).and_then(|channel| Ok((channel, words?)));
    let promise = given.map(|(channel, words)| {
        let text = complete::columns(width, &borrowed(&words));
        channel.write([text.as_bytes(), &[]])
    });
    promise.unwrap_or_else(failed).into_raw()
}
