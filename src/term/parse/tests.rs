//! Whatever the bytes and however they are cut, the same events come out.

use super::*;
use crate::term::key::{Modifiers, table};

/// All events of these pieces, with a pause at the end.
fn events_of(pieces: &[&[u8]]) -> Vec<Event> {
    let mut parser = Parser::new();
    let (mut unread, mut events) = (Vec::new(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        unread.extend_from_slice(piece);
        let last = at + 1 == pieces.len();
        loop {
            let step = parser.parse(&unread, false);
            let step = match step {
                Step::More if last => parser.parse(&unread, true),
                step => step,
            };
            let Step::Took(used, event) = step else {
                break;
            };
            assert!(used > 0 && used <= unread.len());
            unread.drain(..used);
            events.extend(event);
        }
    }
    assert!(unread.is_empty() || parser.pastes());
    events
}

/// The same, in all ways of cutting them in two, and byte by byte.
fn events(bytes: &[u8]) -> Vec<Event> {
    let all = events_of(&[bytes]);
    for at in 0..bytes.len() {
        let (one, two) = bytes.split_at(at);
        assert_eq!(events_of(&[one, two]), all, "cut at {at}: {bytes:?}");
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(events_of(&single), all, "{bytes:?}");
    all
}

fn text(text: &str) -> Event {
    Event::Key(Key::text(text))
}

fn paste(text: &str) -> Event {
    let text = text.into();
    Event::Paste { text, more: false }
}

#[test]
fn every_entry_of_the_tables_comes_out_however_it_is_cut() {
    for (sequence, key) in table::SEQUENCES {
        let bytes = sequence.to_bytes();
        assert_eq!(events(bytes), [Event::Key(*key)], "{sequence:?}");
        let mut twice = bytes.to_vec();
        twice.extend_from_slice(bytes);
        assert_eq!(events(&twice), [Event::Key(*key), Event::Key(*key)]);
        let meta = [b"\x1b", bytes].concat();
        assert_eq!(events(&meta), [Event::Key(key.meta())], "{sequence:?}");
    }
    for (code, letter) in table::CONTROLS {
        assert_eq!(events(&[code]), [Event::Key(Key::control(letter))]);
    }
}

#[test]
fn characters_are_whole_and_bad_bytes_are_latin() {
    assert_eq!(
        events("aé漢🦀".as_bytes()),
        ["a", "é", "漢", "🦀"].map(text)
    );
    assert_eq!(events(b"\xe9t\xe9"), ["é", "t", "é"].map(text));
    assert_eq!(events(b"\xf0\x9f\xa6"), ["ð", "\u{9f}", "¦"].map(text));
    assert_eq!(events(b"\xff\xc0\x80"), ["ÿ", "À", "\u{80}"].map(text));
    let e = Key::text("é");
    assert_eq!(events("\x1bé".as_bytes()), [Event::Key(e.meta())]);
}

#[test]
fn a_lone_escape_waits_for_what_may_follow() {
    let mut parser = Parser::new();
    for begun in [
        &b"\x1b"[..],
        b"\x1b[",
        b"\x1bO",
        b"\x1b[1;5",
        b"\x1b[[",
        b"\x1b\x1b",
        b"\xe6\xbc",
    ] {
        assert_eq!(parser.parse(begun, false), Step::More, "{begun:?}");
    }
    assert_eq!(events(b"\x1b"), [Event::Key(Key::ESCAPE)]);
    assert_eq!(events(b"\x1b["), [Event::Key(Key::text("[").meta())]);
    assert_eq!(events(b"\x1bO"), [Event::Key(Key::text("O").meta())]);
    assert_eq!(events(b"\x1b[1;5"), [text("\x1b[1;5")]);
    let five = Event::Key(Key::ESCAPE.meta());
    assert_eq!(
        events(b"\x1b\x1b\x1b\x1b\x1b"),
        [five, Event::Key(Key::ESCAPE)]
    );
}

#[test]
fn a_paste_is_one_event() {
    assert_eq!(
        events(b"\x1b[200~hi\nthere\x1b[201~!"),
        [paste("hi\nthere"), text("!")]
    );
    // What is in it is no key, and what is nearly the end is not the end.
    assert_eq!(
        events(b"\x1b[200~\x1b[A\x1b[201\x1b[20\x1b[201~"),
        [paste("\x1b[A\x1b[201\x1b[20")]
    );
    assert_eq!(events(b"\x1b[200~\x1b[201~"), [paste("")]);
    assert_eq!(
        events("\x1b[200~漢\u{301}\x1b[201~".as_bytes()),
        [paste("漢\u{301}")]
    );
    assert_eq!(events(b"\x1b[200~\xe9\xff\x1b[201~"), [paste("éÿ")]);
    assert_eq!(events(b"\x1b[201~a"), [text("a")]);
}

#[test]
fn a_paste_that_the_end_of_the_input_cuts_is_told_as_far_as_it_came() {
    let mut parser = Parser::new();
    assert_eq!(parser.parse(b"\x1b[200~", false), Step::Took(6, None));
    assert_eq!(parser.parse(b"abc\x1b[2", false), Step::Took(3, None));
    assert_eq!(parser.end(), Some(paste("abc")));
    assert_eq!(parser.end(), None);
    assert_eq!(parser.parse(b"a", false), Step::Took(1, Some(text("a"))));
}

#[test]
fn a_huge_paste_comes_in_pieces_and_nothing_of_it_is_lost() {
    let whole = "aé漢".repeat(10 * PIECE / 6);
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.extend_from_slice(whole.as_bytes());
    bytes.extend_from_slice(b"\x1b[201~x");
    let mut parser = Parser::new();
    let (mut rest, mut gathered, mut pieces) = (&bytes[..], String::new(), 0);
    loop {
        match parser.parse(&rest[..rest.len().min(4096)], false) {
            Step::More => panic!("stuck"),
            Step::Took(used, event) => {
                rest = &rest[used..];
                match event {
                    Some(Event::Paste { text, more }) => {
                        assert!(text.len() <= PIECE + 4);
                        gathered += &text;
                        pieces += 1;
                        if !more {
                            break;
                        }
                    }
                    None => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    }
    assert_eq!(rest, b"x");
    assert_eq!(gathered, whole);
    assert!(pieces >= 10);
}

#[test]
fn a_sequence_without_an_end_is_one_unknown_key_and_needs_no_memory() {
    let endless = [b"\x1b[".to_vec(), b"1;".repeat(100_000)].concat();
    let mut bytes = endless.clone();
    bytes.extend_from_slice(b"mab");
    let mut parser = Parser::new();
    let (mut rest, mut all) = (&bytes[..], Vec::new());
    while !rest.is_empty() {
        match parser.parse(&rest[..rest.len().min(100)], false) {
            Step::Took(used, event) => {
                rest = &rest[used..];
                all.extend(event);
            }
            Step::More => panic!("it waits with 100 bytes at hand"),
        }
    }
    assert_eq!(all.len(), 3);
    assert_eq!(all[1..], [text("a"), text("b")]);
    // A control code ends it too.
    let ended = [endless, b"\rc".to_vec()].concat();
    let all = events_of(&[&ended]);
    assert_eq!(all[1..], [Event::Key(Key::control(b'm')), text("c")]);
}

#[test]
fn a_sequence_that_another_one_breaks_off_takes_nothing_of_that() {
    let up = Event::Key(table::sequence(b"\x1b[A").unwrap());
    assert_eq!(events(b"\x1b[1;\x1b[A"), [text("\x1b[1;"), up.clone()]);
    assert_eq!(
        events(b"\x1b[\x1b[A"),
        [Event::Key(Key::text("[").meta()), up]
    );
    assert_eq!(events("\x1b[1é".as_bytes()), [text("\x1b[1"), text("é")]);
}

#[test]
fn the_mouse_and_the_focus_are_told() {
    let all = events(b"\x1b[<0;3;4M\x1b[<0;3;4m\x1b[M !!\x1b[I\x1b[O\x1b[32;1;1M");
    assert_eq!(all.len(), 6);
    assert!(matches!(
        all[0],
        Event::Mouse(Mouse {
            column: 2,
            row: 3,
            ..
        })
    ));
    assert!(matches!(
        all[2],
        Event::Mouse(Mouse {
            column: 0,
            row: 0,
            ..
        })
    ));
    assert_eq!(all[3..5], [Event::Focus(true), Event::Focus(false)]);
}

#[test]
fn random_bytes_end_and_never_panic() {
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize
    };
    let alphabet = b"\x1b\x1b\x1b[[O~0123;2~MmAaIu<$^@\xe6\xbc\xa2\xff\x00\x7f\n ";
    for _ in 0..3000 {
        let len = next() % 40;
        let bytes: Vec<u8> = (0..len)
            .map(|_| alphabet[next() % alphabet.len()])
            .collect();
        let all = events_of(&[&bytes]);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        let cut = events_of(&single);
        assert_eq!(cut, all, "{bytes:?}");
        for event in all {
            if let Event::Key(key) = event {
                assert!(Modifiers(7).has(key.modifiers));
            }
        }
    }
}
