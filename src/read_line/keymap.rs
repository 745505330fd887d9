//! Module Lwt_read_line, Command.of_key: which key gives which command. Each thread
//! has three tables, which a program may change; it calls `term::key`.

#![forbid(unsafe_code)]

use super::command::Command;
use super::engine::{Mode, State};
use super::vi::ViMode;
use crate::term::key::{Code, Key, Modifiers};
use std::cell::RefCell;
use std::collections::HashMap;

/// The tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// The keys of Emacs, and of all that the other two have not.
    Emacs = 0,
    /// Those of vi's insert mode.
    ViInsert = 1,
    /// Those of vi's normal mode. A character that is not in it is a key of vi.
    ViNormal = 2,
}

type Keys = HashMap<Key, Command>;

thread_local! {
    static TABLES: RefCell<[Keys; 3]> = RefCell::new(defaults());
}

const CONTROL: Modifiers = Modifiers::CONTROL;

/// Lwt's keys. Two are our own: ^S searches forward, and ^C breaks off, which in raw
/// mode is no signal.
fn emacs() -> Keys {
    use Command::*;
    let control = |letter| Key::control(letter);
    let alone = Key::new;
    let keys = [
        (alone(Code::Up), HistoryPrevious),
        (alone(Code::Down), HistoryNext),
        (alone(Code::Left), BackwardChar),
        (alone(Code::Right), ForwardChar),
        (alone(Code::Home), BeginningOfLine),
        (alone(Code::End), EndOfLine),
        (alone(Code::Insert), Insert),
        (alone(Code::Delete), ForwardDeleteChar),
        (control(b'@'), SetMark),
        (control(b'a'), BeginningOfLine),
        (control(b'c'), Break),
        (control(b'd'), DeleteCharOrList),
        (control(b'e'), EndOfLine),
        (control(b'h'), BackwardDeleteWord),
        (Key::TAB, Complete),
        (Key::ENTER, AcceptLine),
        (control(b'k'), KillLine),
        (control(b'l'), ClearScreen),
        (control(b'm'), AcceptLine),
        (control(b'n'), BackwardChar),
        (control(b'p'), ForwardChar),
        (control(b'r'), BackwardSearch),
        (control(b's'), ForwardSearch),
        (control(b'u'), BackwardKillLine),
        (control(b'w'), Cut),
        (control(b'y'), Paste),
        (control(b'_'), Undo),
        (Key::BACKSPACE, BackwardDeleteChar),
        (Key::text("w").meta(), Copy),
        (Key::text("u").meta(), Uppercase),
        (Key::text("l").meta(), Lowercase),
        (Key::text("c").meta(), Capitalize),
        (alone(Code::Right).with(CONTROL), ForwardWord),
        (alone(Code::Left).with(CONTROL), BackwardWord),
        (alone(Code::Delete).with(CONTROL), ForwardDeleteWord),
        (alone(Code::Up).meta(), CompleteUp),
        (alone(Code::Down).meta(), CompleteDown),
        (alone(Code::Left).meta(), CompleteLeft),
        (alone(Code::Right).meta(), CompleteRight),
        (alone(Code::Home).meta(), CompleteFirst),
        (alone(Code::End).meta(), CompleteLast),
        (Key::TAB.meta(), MetaComplete),
        (Key::ENTER.meta(), Command::char("\n")),
        (control(b'm').meta(), Command::char("\n")),
    ];
    HashMap::from(keys)
}

fn defaults() -> [Keys; 3] {
    use Command::*;
    let insert = [
        (Key::ESCAPE, ViNormal),
        (Key::control(b'h'), BackwardDeleteChar),
        (Key::control(b'w'), BackwardDeleteWord),
    ];
    let normal = [
        (Key::ESCAPE, ViNormal),
        (Key::BACKSPACE, Vi('h')),
        (Key::control(b'h'), Vi('h')),
        (Key::new(Code::Delete), Vi('x')),
    ];
    [emacs(), HashMap::from(insert), HashMap::from(normal)]
}

/// The character that a key writes, and nothing else.
fn written(key: &Key) -> Option<&str> {
    let text = key.printed()?;
    (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
}

/// What a key is in a table. None: it is not in it.
pub fn bound(table: Table, key: &Key) -> Option<Command> {
    TABLES.with_borrow(|tables| tables[table as usize].get(key).cloned())
}

/// Binds a key in a table; None: takes it out.
pub fn bind(table: Table, key: Key, command: Option<Command>) {
    TABLES.with_borrow_mut(|tables| {
        let table = &mut tables[table as usize];
        match command {
            Some(command) => table.insert(key, command),
            None => table.remove(&key),
        }
    });
}

/// All tables as they were at first.
pub fn reset() {
    TABLES.with_borrow_mut(|tables| *tables = defaults());
}

/// The nth of what is in a table, in an order that changes only with it.
pub fn nth(table: Table, n: usize) -> Option<(Key, Command)> {
    let mut keys: Vec<Key> =
        TABLES.with_borrow(|tables| tables[table as usize].keys().copied().collect());
    keys.sort_by_cached_key(|key| format!("{key:?}"));
    let key = keys.get(n)?;
    Some((*key, bound(table, key)?))
}

/// `Command.of_key`: what a key is in the keys of Emacs. A character inserts itself, and
/// what is not known is `Nop`.
pub fn of_key(key: &Key) -> Command {
    bound(Table::Emacs, key).unwrap_or_else(|| match written(key) {
        Some(text) => Command::char(text),
        None => Command::Nop,
    })
}

/// What a key is in a state.
pub fn command(key: &Key, state: &State) -> Command {
    let searching = matches!(state.mode(), Mode::Search(_));
    let table = match state.vi_mode() {
        None => return leaving(key, of_key(key), searching),
        Some(ViMode::Normal) if !searching => Table::ViNormal,
        Some(_) => Table::ViInsert,
    };
    let own = bound(table, key).or_else(|| match (table, written(key)) {
        (Table::ViNormal, Some(text)) => text.chars().next().map(Command::Vi),
        _ => None,
    });
    match own.unwrap_or_else(|| of_key(key)) {
        // In vi, Enter ends the search, and another one accepts the line.
        Command::AcceptLine if searching => Command::ViNormal,
        command => leaving(key, command, searching),
    }
}

/// ^G, which is bound to nothing, leaves a search, as in Emacs: by a command that does
/// nothing else there.
fn leaving(key: &Key, command: Command, searching: bool) -> Command {
    match command {
        Command::Nop if searching && *key == Key::control(b'g') => Command::ViNormal,
        command => command,
    }
}

#[cfg(test)]
mod tests {
    use super::super::clipboard::Clipboard;
    use super::super::engine::update;
    use super::super::history::History;
    use super::*;

    #[test]
    fn characters_insert_themselves_and_unknown_keys_are_nothing() {
        assert_eq!(of_key(&Key::text("é")), Command::char("é"));
        assert_eq!(of_key(&Key::text("é").meta()), Command::Nop);
        assert_eq!(of_key(&Key::text("\x1b[99z")), Command::Nop);
        assert_eq!(of_key(&Key::new(Code::F(5))), Command::Nop);
        assert_eq!(of_key(&Key::control(b'n')), Command::BackwardChar);
    }

    #[test]
    fn a_table_is_changed_and_becomes_what_it_was() {
        let key = Key::control(b'n');
        bind(Table::Emacs, key, Some(Command::HistoryNext));
        assert_eq!(of_key(&key), Command::HistoryNext);
        bind(Table::Emacs, key, None);
        assert_eq!(of_key(&key), Command::Nop);
        bind(Table::Emacs, Key::text("q"), Some(Command::Break));
        assert_eq!(of_key(&Key::text("q")), Command::Break);
        reset();
        assert_eq!(of_key(&key), Command::BackwardChar);
        assert_eq!(of_key(&Key::text("q")), Command::char("q"));
    }

    #[test]
    fn control_g_leaves_a_search_with_what_was_found_and_is_nothing_else() {
        let (clipboard, history) = (Clipboard::new(), History::new(0, false));
        history.add("abc");
        let key = Key::control(b'g');
        let mut state = State::new(&history);
        assert_eq!(command(&key, &state), Command::Nop);
        for typed in [Key::control(b'r'), Key::text("b"), key] {
            state = update(&state, &command(&typed, &state), &clipboard);
        }
        assert_eq!(*state.mode(), Mode::Edition);
        assert_eq!(&*state.text(), "abc");
        assert_eq!(state.vi_mode(), None);
    }

    #[test]
    fn in_vi_a_key_depends_on_the_mode() {
        let (clipboard, history) = (Clipboard::new(), History::new(0, false));
        history.add("abc");
        let mut state = State::vi(&history);
        let press = |state: &State, key| update(state, &command(&key, state), &clipboard);
        let x = Key::text("x");
        assert_eq!(command(&x, &state), Command::char("x"));
        state = press(&state, Key::ESCAPE);
        assert_eq!(command(&x, &state), Command::Vi('x'));
        assert_eq!(command(&Key::ENTER, &state), Command::AcceptLine);
        assert_eq!(
            command(&Key::new(Code::Left), &state),
            Command::BackwardChar
        );
        state = press(&state, Key::text("/"));
        assert_eq!(command(&x, &state), Command::char("x"));
        state = press(&state, Key::text("b"));
        assert_eq!(command(&Key::ENTER, &state), Command::ViNormal);
        state = press(&state, Key::ENTER);
        assert_eq!(&*state.text(), "abc");
        assert_eq!(*state.mode(), Mode::Edition);
        assert_eq!(state.vi_mode(), Some(ViMode::Normal));
    }
}
