//! The completion that runs, and the words of the last one. Module Lwt_read_line,
//! Control; calls the user's function, and `complete`.
//!
//! A completion belongs to the text that it was begun with: any command cancels it. In
//! real time it is then begun again, if the text or the cursor is another.

#![forbid(unsafe_code)]

use super::super::command::Command;
use super::super::complete::Completion;
use super::super::engine::State;
use super::super::render::{Bottom, menu};
use super::ongoing::{self, Ongoing};
use super::{Answer, Complete, Completing};
use crate::abi::LWT_CANCELED;
use crate::exn::Exn;
use crate::scheduler::now;
use crate::term::style::Styled;
use crate::unix::sleep::sleep;
use crate::value::Value;
use std::rc::Rc;
use std::task::{Context, Poll};

/// After so many seconds it is told that one works; so often the picture changes.
const PATIENCE: f64 = 0.1;
const FRAMES: [char; 4] = ['|', '/', '-', '\\'];

/// A completion that runs.
enum Running {
    Done(Result<Completion, Exn>),
    Ongoing(Ongoing, fn(&Value) -> Result<Completion, Exn>),
}

/// Completion of one instance.
pub struct Completer {
    complete: Option<Complete>,
    when: Completing,
    running: Option<Running>,
    /// When it was begun, in nanoseconds, while one runs.
    since: u64,
    tick: Option<Ongoing>,
    ticks: usize,
    /// What it finds is to be inserted.
    wanted: bool,
    /// What the last one has found, if it still belongs to the text.
    found: Option<Completion>,
    words: Rc<[Rc<str>]>,
    chosen: usize,
    bottom: Bottom,
}

/// What a command means to completion.
pub enum Act {
    /// Nothing.
    Other,
    /// The text is to be this.
    Text(String, String),
    /// Words are to be listed.
    List(String),
    /// It was done.
    Done,
}

impl Completer {
    pub fn new(complete: Option<Complete>, when: Completing) -> Completer {
        let when = if complete.is_none() {
            Completing::None
        } else {
            when
        };
        Completer {
            complete,
            when,
            running: None,
            since: 0,
            tick: None,
            ticks: 0,
            wanted: false,
            found: None,
            words: Rc::new([]),
            chosen: 0,
            bottom: match when {
                Completing::RealTime => Bottom::Empty,
                _ => Bottom::None,
            },
        }
    }

    /// What is drawn below the text.
    pub fn bottom(&self) -> &Bottom {
        &self.bottom
    }

    /// Is it done as one types?
    pub fn is_real_time(&self) -> bool {
        self.when == Completing::RealTime
    }

    /// A command is about to be done: what runs is of no use any more. True: something
    /// was running.
    pub fn cancel(&mut self) -> bool {
        let was_running = self.running.take().is_some();
        if was_running {
            self.tick = None;
            self.wanted = false;
            self.rest();
        }
        was_running
    }

    /// Nothing runs: the words that are known are shown.
    fn rest(&mut self) {
        self.bottom = match self.when {
            Completing::RealTime if !self.words.is_empty() => {
                Bottom::Words(self.words.clone(), self.chosen)
            }
            Completing::RealTime => Bottom::Empty,
            _ => Bottom::None,
        };
    }

    /// The text has changed: in real time it is completed.
    pub fn text_changed(&mut self, state: &State) {
        self.found = None;
        if self.is_real_time() {
            self.begin(state, false);
        }
    }

    fn begin(&mut self, state: &State, wanted: bool) {
        let Some(complete) = &self.complete else {
            return;
        };
        let edition = state.edition();
        let (before, after) = edition.text.split_at(edition.cursor);
        self.running = Some(match complete(before, after) {
            Answer::Now(answer) => Running::Done(answer),
            Answer::Later(promise, read) => Running::Ongoing(Ongoing::new(promise), read),
        });
        self.wanted = wanted;
        self.since = now();
        self.ticks = 0;
        self.tick = Some(Ongoing::new(sleep(PATIENCE)));
    }

    /// Tab: inserts what is known, or finds it out.
    pub fn complete(&mut self, state: &State) -> Act {
        if self.when == Completing::None {
            return Act::Done;
        }
        if self.running.is_some() {
            self.wanted = true;
            return Act::Done;
        }
        if self.is_real_time()
            && let Some(found) = &self.found
        {
            return insert(state, found);
        }
        self.begin(state, true);
        Act::Done
    }

    /// Has the running one an answer? It is to be told to [`Completer::answered`].
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Completion, Exn>> {
        match self.running.take() {
            None => Poll::Pending,
            Some(Running::Done(answer)) => Poll::Ready(answer),
            Some(Running::Ongoing(mut ongoing, read)) => match ongoing.poll(context) {
                Poll::Ready(outcome) => Poll::Ready(outcome.and_then(|value| read(&value))),
                Poll::Pending => {
                    self.running = Some(Running::Ongoing(ongoing, read));
                    Poll::Pending
                }
            },
        }
    }

    /// Is the animation to go on? Then it has.
    pub fn poll_tick(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match ongoing::poll(&mut self.tick, context) {
            Poll::Ready(Ok(_)) => {}
            _ => return Poll::Pending,
        }
        if self.running.is_none() {
            return Poll::Pending;
        }
        let seconds = now().saturating_sub(self.since) as f64 / 1e9;
        let frame = FRAMES[self.ticks % FRAMES.len()];
        let text = format!("{frame} working... {seconds:.1} s");
        self.bottom = Bottom::Message(Styled::from(text.as_str()));
        self.ticks += 1;
        self.tick = Some(Ongoing::new(sleep(PATIENCE)));
        // It is asked again before it is waited for.
        context.waker().wake_by_ref();
        Poll::Ready(())
    }

    /// What the running one has answered.
    pub fn answered(
        &mut self,
        state: &State,
        answer: Result<Completion, Exn>,
        columns: usize,
    ) -> Act {
        self.tick = None;
        let wanted = std::mem::take(&mut self.wanted);
        let found = match answer {
            Ok(found) => found,
            Err(exn) => {
                self.words = Rc::new([]);
                self.rest();
                if exn.kind() != LWT_CANCELED {
                    let text = exn.message().to_string_lossy();
                    self.bottom = Bottom::Message(Styled::from(&*text));
                }
                return Act::Done;
            }
        };
        self.words = found
            .words
            .iter()
            .map(|word| Rc::from(word.as_str()))
            .collect();
        self.chosen = 0;
        self.rest();
        if !wanted {
            self.found = Some(found);
            return Act::Done;
        }
        match insert(state, &found) {
            // There is no more to insert: which words there are is told.
            Act::Done if self.when == Completing::Classic && found.words.len() > 1 => {
                let words: Vec<&str> = found.words.iter().map(String::as_str).collect();
                Act::List(super::super::complete::columns(columns, &words))
            }
            act => {
                self.found = Some(found);
                act
            }
        }
    }

    /// A command that means the box.
    pub fn act(&mut self, state: &State, command: &Command, columns: usize) -> Act {
        let across = menu::grid(&self.words, columns).across;
        let last = self.words.len().saturating_sub(1);
        let chosen = self.chosen;
        let to = match command {
            Command::CompleteLeft => chosen.saturating_sub(1),
            Command::CompleteRight => chosen + 1,
            Command::CompleteUp => chosen.checked_sub(across).unwrap_or(chosen),
            Command::CompleteDown if chosen + across <= last => chosen + across,
            Command::CompleteDown => chosen,
            Command::CompleteFirst => 0,
            Command::CompleteLast => last,
            Command::MetaComplete => return self.take(state),
            _ => return Act::Other,
        };
        if let Bottom::Words(_, shown) = &mut self.bottom {
            self.chosen = to.min(last);
            *shown = self.chosen;
        }
        Act::Done
    }

    /// Takes the word that is chosen in the box.
    fn take(&mut self, state: &State) -> Act {
        let (Bottom::Words(words, chosen), Some(found)) = (&self.bottom, &self.found) else {
            return Act::Done;
        };
        let Some(word) = words.get(*chosen) else {
            return Act::Done;
        };
        let before = with_word(&found.before, word);
        insert(
            state,
            &Completion {
                before,
                after: found.after.clone(),
                words: Vec::new(),
            },
        )
    }
}

/// The text that is completed, if it is another one.
fn insert(state: &State, found: &Completion) -> Act {
    let edition = state.edition();
    let (before, after) = edition.text.split_at(edition.cursor);
    if found.before == before && found.after == after {
        return Act::Done;
    }
    Act::Text(found.before.clone(), found.after.clone())
}

/// A text with a word in the place of what of it, in whatever case, it ends with.
fn with_word(text: &str, word: &str) -> String {
    let begins = text.char_indices().map(|(place, _)| place);
    let known = begins
        .filter(|&place| {
            let end = text.get(place..).unwrap_or("");
            let mut letters = word.chars().flat_map(char::to_lowercase);
            end.chars()
                .flat_map(char::to_lowercase)
                .all(|c| letters.next() == Some(c))
        })
        .min();
    let kept = text.get(..known.unwrap_or(text.len())).unwrap_or(text);
    format!("{kept}{word}")
}

#[cfg(test)]
mod tests {
    use super::with_word;

    #[test]
    fn a_chosen_word_takes_the_place_of_its_beginning() {
        assert_eq!(with_word("say he", "hello"), "say hello");
        assert_eq!(with_word("say ", "hello"), "say hello");
        assert_eq!(with_word("YE", "yes"), "yes");
        assert_eq!(with_word("", "yes"), "yes");
        assert_eq!(with_word("日本", "日本語"), "日本語");
    }
}
