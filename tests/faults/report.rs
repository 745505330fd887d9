//! What the preloaded library has noted: `struct report` of `preload.c`, field by
//! field.

use std::path::Path;

/// How many frames of the library are kept of a way.
const FRAMES: usize = 10;
const NAME: usize = 24;

/// The kinds of calls, as `LWT_FAULT` names them.
pub const GROUPS: [&str; 3] = ["alloc", "thread", "call"];

/// A way by which a call was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Which of `GROUPS`.
    pub group: usize,
    /// When it was reached first and last, in the count of its group.
    pub first: u64,
    /// The last time.
    pub last: u64,
    /// The function that was called.
    pub name: String,
    /// Offsets in liblwt.so, the innermost first.
    pub frames: Vec<u64>,
}

/// A whole report.
#[derive(Debug)]
pub struct Report {
    /// How many calls were made to fail.
    pub failed: u64,
    /// The first of them.
    pub fault: Site,
    /// Whose code is nearest to a crash, if there was one.
    pub crash: Option<Owner>,
    /// Where in the library it was.
    pub crash_frames: Vec<u64>,
    /// What was counted.
    pub sites: Vec<Site>,
}

/// Whose code has crashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The library's.
    Library,
    /// The test's.
    Program,
    /// Nobody's that is known.
    Unknown,
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes(&mut self, len: usize) -> &[u8] {
        let (now, rest) = self.0.split_at_checked(len).expect("the report is whole");
        self.0 = rest;
        now
    }

    fn word(&mut self) -> u64 {
        u64::from_ne_bytes(self.bytes(8).try_into().expect("eight bytes"))
    }

    fn frames(&mut self) -> Vec<u64> {
        let mut frames: Vec<u64> = (0..FRAMES).map(|_| self.word()).collect();
        frames.retain(|&frame| frame != 0);
        frames
    }

    /// `None`: the place is empty.
    fn site(&mut self) -> (u64, Site) {
        let hash = self.word();
        let [group, first, last, _count] = [(); 4].map(|()| self.word());
        let frames = self.frames();
        let name = self.bytes(NAME).split(|&byte| byte == 0).next();
        let name = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
        let group = group as usize;
        (
            hash,
            Site {
                group,
                first,
                last,
                name,
                frames,
            },
        )
    }
}

impl Report {
    /// Reads a report. `None`: the program did not load the library, or not this far.
    pub fn read(path: &Path) -> Option<Report> {
        let bytes = std::fs::read(path).ok()?;
        let mut reader = Reader(&bytes);
        for _ in GROUPS {
            reader.word();
        }
        let failed = reader.word();
        let (_, fault) = reader.site();
        let crash = reader.word();
        let owner = match reader.word() {
            1 => Owner::Library,
            2 => Owner::Program,
            _ => Owner::Unknown,
        };
        let crash_frames = reader.frames();
        let mut sites = Vec::new();
        while !reader.0.is_empty() {
            let (hash, site) = reader.site();
            if hash != 0 {
                sites.push(site);
            }
        }
        sites.sort_by_key(|site| (site.group, site.first));
        Some(Report {
            failed,
            fault,
            crash: (crash != 0).then_some(owner),
            crash_frames,
            sites,
        })
    }
}
