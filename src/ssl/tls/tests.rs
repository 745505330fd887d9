//! Two ends that hear of each other what a generator of chances lets through: whatever
//! that is, nothing panics or goes on for ever, and what is read is what was written.

use super::build::Config;
use super::connection::{Connection, Got};
use super::settings::{Settings, Version};
use std::sync::Arc;

/// The certificates of the tests in C, by their names there.
fn pem(name: &str) -> Vec<u8> {
    let texts = include_str!("../../../c_tests/certificates/texts.h");
    let start = format!("#define {name} ");
    let of_it = texts.split_once(start.as_str()).expect("a name").1;
    let lines = of_it.lines().skip(1).map_while(|line| {
        let line = line.trim().strip_prefix('"')?;
        Some(&line[..line.find('\\').unwrap_or(line.len())])
    });
    lines
        .flat_map(|line| [line.as_bytes(), b"\n"].concat())
        .collect()
}

/// What both ends are made of.
fn configs(newest: Version) -> (Config, Config) {
    let mut server = Settings::new(true);
    let chain = (pem("SERVER_CHAIN_PEM"), pem("SERVER_KEY"));
    server.add_certificate(&chain.0, &chain.1).expect("a pair");
    server.set_maximum(newest);
    let mut client = Settings::new(false);
    client.trust(&pem("AUTHORITY_PEM")).expect("an authority");
    (
        client.build().expect("settings"),
        server.build().expect("settings"),
    )
}

struct Chance(u64);

impl Chance {
    fn of(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.of(256) as u8).collect()
    }

    /// Does something to bytes on their way.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        let at = self.of(bytes.len());
        match self.of(8) {
            0 => bytes[at] ^= 1 << self.of(8),
            1 => bytes[at] = self.of(256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..(at + 1 + self.of(20)).min(bytes.len()))),
            4 => bytes.extend_from_within(at..),
            5 => {
                let noise = 1 + self.of(40);
                bytes.splice(at..at, self.bytes(noise));
            }
            // The head of the first record: its sort, its version, its length.
            6 => {
                let place = self.of(5).min(bytes.len() - 1);
                bytes[place] = self.of(256) as u8;
            }
            // A whole record of any sort, of any bytes.
            _ => {
                let len = self.of(600);
                let mut record = vec![20 + self.of(6) as u8, 3, 3, (len >> 8) as u8, len as u8];
                record.extend(self.bytes(len));
                bytes.splice(0..0, record);
            }
        }
    }
}

/// Gives bytes to an end, in pieces, and takes what there is to read. False: it has failed.
fn give(end: &mut Connection, bytes: &[u8], read: &mut Vec<u8>, piece: usize) -> bool {
    let mut room = [0; 999];
    for piece in bytes.chunks(piece.max(1)) {
        let mut rest = piece;
        while !rest.is_empty() {
            let (used, fine) = end.feed(rest);
            let mut come = 0;
            while let Got::Bytes(n) = end.read(&mut room) {
                read.extend(&room[..n]);
                come += n;
            }
            if fine.is_err() {
                return false;
            }
            assert!(used > 0 || come > 0, "it goes on for ever");
            rest = &rest[used..];
        }
    }
    true
}

/// A talk, of which `f` may change what is said, by the number of the flight: what the
/// server has read, and whether both ends are content.
fn talk(
    (client, server): &(Config, Config),
    piece: usize,
    mut f: impl FnMut(usize, &mut Vec<u8>),
) -> (Vec<u8>, bool) {
    let mut ends = [
        Connection::new(client, Some("localhost"), None).expect("a session"),
        Connection::new(server, None, None).expect("a session"),
    ];
    let (mut read, mut fine) = ([Vec::new(), Vec::new()], [true, true]);
    let (mut said, mut idle) = (false, 0);
    for flight in 0.. {
        assert!(flight < 100, "it goes on for ever");
        let (from, to) = (flight % 2, 1 - flight % 2);
        if from == 0 && !said && fine[0] && !ends[0].is_handshaking() {
            said = true;
            // No goodbye: after one, rustls asserts in a build for debugging that nothing
            // that comes is wrong.
            assert_eq!(ends[0].write(TRUTH), TRUTH.len());
        }
        let mut bytes = ends[from].take();
        idle = if bytes.is_empty() { idle + 1 } else { 0 };
        if idle == 2 {
            break;
        }
        if !bytes.is_empty() {
            f(flight, &mut bytes);
        }
        fine[to] = fine[to] && give(&mut ends[to], &bytes, &mut read[to], piece);
    }
    for end in &mut ends {
        end.end();
        assert!(!matches!(
            end.read(&mut [0; 9]),
            Got::Nothing | Got::Bytes(_)
        ));
    }
    let [client, server] = read;
    assert!(client.is_empty());
    (server, fine == [true, true])
}

const TRUTH: &[u8] = b"the truth, and nothing else";

#[test]
fn both_ends_agree_whatever_the_pieces_are() {
    for version in [Version::Tls12, Version::Tls13] {
        let configs = configs(version);
        for piece in [1, 2, 5, 6, 77, 1 << 16] {
            assert_eq!(talk(&configs, piece, |_, _| ()), (TRUTH.to_vec(), true));
        }
    }
}

/// The talks that are damaged: `fuzz/README.md` tells how to have others, and more.
fn seeds() -> std::ops::Range<u64> {
    let number = |name, or| {
        let text = std::env::var(name).ok();
        text.map_or(or, |text| text.parse().expect("a number"))
    };
    let first = number("LWT_TLS_SEED", 0);
    first..first + number("LWT_TLS_TALKS", 150)
}

#[test]
fn whatever_is_damaged_only_the_truth_is_read() {
    let (mut failed, mut held) = (0, 0);
    for version in [Version::Tls12, Version::Tls13] {
        let configs = configs(version);
        for seed in seeds() {
            let mut chance = Chance(seed);
            let (which, piece) = (chance.of(6), 1 + chance.of(2000));
            let (read, fine) = talk(&configs, piece, |flight, bytes| {
                if flight == which {
                    chance.damage(bytes);
                }
            });
            assert!(TRUTH.starts_with(&read), "seed {seed}: {read:?}");
            failed += usize::from(!fine);
            held += usize::from(read == TRUTH);
        }
    }
    // Both occur, or else nothing was tried.
    let few = seeds().count() / 5;
    assert!(failed >= few && held >= few, "{failed} {held}");
}

#[test]
fn any_bytes_end_a_session_or_are_waited_on() {
    let configs = configs(Version::Tls13);
    let mut chance = Chance(1);
    for round in 0..600 {
        let mut end = match round % 2 {
            0 => Connection::new(&configs.0, Some("localhost"), None),
            _ => Connection::new(&configs.1, None, None),
        }
        .expect("a session");
        let len = 1 + chance.of(3000);
        let mut bytes = chance.bytes(len);
        if round % 3 > 0 {
            bytes.splice(0..0, [22, 3, 1, (len >> 8) as u8, len as u8]);
        }
        let piece = 1 + chance.of(len);
        let mut read = Vec::new();
        give(&mut end, &bytes, &mut read, piece);
        assert!(read.is_empty() && end.take().len() < 1000);
    }
}

/// Two ends that have shaken hands.
fn shaken((client, server): &(Config, Config)) -> [Connection; 2] {
    let mut client = Connection::new(client, Some("localhost"), None).expect("a session");
    let mut server = Connection::new(server, None, None).expect("a session");
    while client.is_handshaking() || server.is_handshaking() {
        let mut read = Vec::new();
        assert!(give(&mut server, &client.take(), &mut read, 1 << 16));
        assert!(give(&mut client, &server.take(), &mut read, 1 << 16));
    }
    [client, server]
}

#[test]
fn new_keys_without_end_cost_nothing_and_are_refused_at_last() {
    let [mut client, mut server] = shaken(&configs(Version::Tls13));
    let mut fine = true;
    for round in 0..200 {
        client.change_keys();
        let mut read = Vec::new();
        fine = fine && give(&mut server, &client.take(), &mut read, 1 << 16);
        assert!(server.take().len() < 300 && (fine || round > 2));
    }
    assert!(!fine);
}

#[test]
fn many_tickets_are_taken_and_a_flood_of_them_refused() {
    for (tickets, taken) in [(200, true), (2000, false)] {
        let (client, mut server) = configs(Version::Tls13);
        if let Config::Server(config) = &mut server {
            Arc::get_mut(config).expect("it is new").send_tls13_tickets = tickets;
        }
        let mut client = Connection::new(&client, Some("localhost"), None).expect("a session");
        let mut server = Connection::new(&server, None, None).expect("a session");
        let (mut read, mut fine) = (Vec::new(), true);
        while client.is_handshaking() || server.is_handshaking() {
            assert!(give(&mut server, &client.take(), &mut read, 1 << 16));
            fine = give(&mut client, &server.take(), &mut read, 1 << 16);
        }
        assert_eq!(server.write(b"x"), 1);
        fine = fine && give(&mut client, &server.take(), &mut read, 1 << 16);
        assert_eq!((fine, !read.is_empty()), (taken, taken));
        assert!(client.take().len() < 100);
    }
}
