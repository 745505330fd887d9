//! Sections: named parts of a program, each with a level below which its messages
//! are dropped. Module Lwt_log; calls rules.
//!
//! A section is there for ever, at the same address, so that the test of its level
//! is a load and a comparison in the program itself. All are in chunks that are
//! never given back: whether a pointer is a section is told by where it points.

use super::level::Level;
use super::rules::{self, Rule};
use crate::handle::fork::{self, Held};
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A section, `Lwt_log.Section.t`. It is there for ever, and any thread may use it.
#[repr(C)]
pub struct lwt_log_section {
    /// Messages below this level are dropped. To be read by the macros alone.
    pub level: c_int,
    /// Its name.
    pub name: *const c_char,
}

/// A section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Section(*const lwt_log_section);

// SAFETY: the level is only used by atomic operations, and nothing else ever changes.
unsafe impl Send for Section {}
// SAFETY: as above.
unsafe impl Sync for Section {}

const CHUNK: usize = 128;
const CHUNKS: usize = 512;

static TABLE: [AtomicPtr<lwt_log_section>; CHUNKS] =
    [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS];
/// How many there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The one called "main", once it is there.
static MAIN: AtomicPtr<lwt_log_section> = AtomicPtr::new(ptr::null_mut());

struct Known {
    section: Section,
    /// Was its level set by hand? Then rules leave it alone.
    explicit: bool,
}

struct Registry {
    rules: Vec<Rule>,
    names: BTreeMap<&'static [u8], Known>,
}

// Not made on first use by a `Lazy`: a fork in the midst of that would leave the child
// waiting for a thread that it has not.
static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    rules: Vec::new(),
    names: BTreeMap::new(),
});

/// For the time of a fork.
fn hold() -> Vec<Option<Held>> {
    vec![fork::hold(&REGISTRY)]
}

fn registry() -> MutexGuard<'static, Registry> {
    fork::hold_too(hold);
    let mut registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    if registry.names.is_empty() {
        registry.rules = environment();
        if let Some(main) = registry.make(c"main") {
            MAIN.store(main.0.cast_mut(), Ordering::Release);
        }
    }
    registry
}

/// What `LWT_LOG` says.
fn environment() -> Vec<Rule> {
    use std::os::unix::ffi::OsStrExt;
    let text = std::env::var_os("LWT_LOG");
    text.and_then(|text| rules::load(text.as_bytes()))
        .unwrap_or_default()
}

impl Registry {
    fn make(&mut self, name: &CStr) -> Option<Section> {
        if let Some(known) = self.names.get(name.to_bytes()) {
            return Some(known.section);
        }
        let level = rules::level_of(&self.rules, name.to_bytes());
        let index = COUNT.load(Ordering::Relaxed);
        let chunk = TABLE.get(index / CHUNK)?;
        let mut memory = chunk.load(Ordering::Relaxed);
        if memory.is_null() {
            let empty = || lwt_log_section {
                level: Level::DEFAULT as c_int,
                name: c"".as_ptr(),
            };
            let made: Box<[lwt_log_section]> = (0..CHUNK).map(|_| empty()).collect();
            memory = Box::into_raw(made).cast();
            chunk.store(memory, Ordering::Release);
        }
        let name: &'static CStr = Box::leak(CString::from(name).into_boxed_c_str());
        // SAFETY: within the chunk, and no one's before it is counted.
        let section = unsafe {
            let section = memory.add(index % CHUNK);
            section.write(lwt_log_section {
                level: level as c_int,
                name: name.as_ptr(),
            });
            Section(section)
        };
        // Release: who counts it sees it.
        COUNT.store(index + 1, Ordering::Release);
        let explicit = false;
        self.names
            .insert(name.to_bytes(), Known { section, explicit });
        Some(section)
    }

    /// All sections are as the rules say, but for those set by hand.
    fn recompute(&self) {
        for (name, known) in &self.names {
            if !known.explicit {
                known.section.store(rules::level_of(&self.rules, name));
            }
        }
    }
}

impl Section {
    /// `Section.make`: the one of that name. None: there are tens of thousands.
    pub fn make(name: &CStr) -> Option<Section> {
        registry().make(name)
    }

    /// `Section.main`
    #[inline]
    pub fn main() -> Section {
        let main = MAIN.load(Ordering::Acquire);
        match main.is_null() {
            true => Section::first(),
            false => Section(main),
        }
    }

    #[cold]
    fn first() -> Section {
        drop(registry());
        Section(MAIN.load(Ordering::Acquire))
    }

    /// The section behind a pointer; NULL is the main one. None: it is no section.
    pub fn of_raw(raw: *const lwt_log_section) -> Option<Section> {
        if raw.is_null() {
            return Some(Section::main());
        }
        let count = COUNT.load(Ordering::Acquire);
        for (chunk, first) in TABLE.iter().zip((0..count).step_by(CHUNK)) {
            let start = chunk.load(Ordering::Acquire) as usize;
            const SIZE: usize = size_of::<lwt_log_section>();
            let within = (raw as usize).wrapping_sub(start);
            if within / SIZE < CHUNK.min(count - first) && within.is_multiple_of(SIZE) {
                return Some(Section(raw));
            }
        }
        None
    }

    /// What C has of it.
    pub fn as_raw(self) -> *const lwt_log_section {
        self.0
    }

    fn level_word(&self) -> &AtomicI32 {
        // SAFETY: sections are never freed, and their levels are used in no other way.
        unsafe { AtomicI32::from_ptr((&raw const (*self.0).level).cast_mut()) }
    }

    fn store(&self, level: Level) {
        // Relaxed: a level is nothing by which other memory is known.
        self.level_word().store(level as c_int, Ordering::Relaxed);
    }

    /// `Section.level`
    #[inline]
    pub fn level(self) -> Level {
        let level = self.level_word().load(Ordering::Relaxed);
        Level::of_int(level).unwrap_or(Level::DEFAULT)
    }

    /// `Section.name`
    pub fn name(self) -> &'static CStr {
        // SAFETY: it was made of a text that is never freed.
        unsafe { CStr::from_ptr((*self.0).name) }
    }

    /// `Section.set_level`: from now on rules leave it alone.
    pub fn set_level(self, level: Level) {
        let mut registry = registry();
        if let Some(known) = registry.names.get_mut(self.name().to_bytes()) {
            known.explicit = true;
        }
        self.store(level);
    }

    /// `Section.reset_level`: as the rules say again.
    pub fn reset_level(self) {
        let mut registry = registry();
        if let Some(known) = registry.names.get_mut(self.name().to_bytes()) {
            known.explicit = false;
        }
        self.store(rules::level_of(&registry.rules, self.name().to_bytes()));
    }
}

/// `Lwt_log.load_rules`. False: it is no text of rules, and all stays as it was.
pub fn load_rules(text: &[u8]) -> bool {
    let Some(rules) = rules::load(text) else {
        return false;
    };
    let mut registry = registry();
    registry.rules = rules;
    registry.recompute();
    true
}

/// `Lwt_log.add_rule`: one that comes before all others.
pub fn add_rule(rule: Rule) {
    let mut registry = registry();
    registry.rules.insert(0, rule);
    registry.recompute();
}

/// `Lwt_log.append_rule`: one that comes after all others.
pub fn append_rule(rule: Rule) {
    let mut registry = registry();
    registry.rules.push(rule);
    registry.recompute();
}

/// `Lwt_log.reset_rules`: there are none.
pub fn reset_rules() {
    let mut registry = registry();
    registry.rules.clear();
    registry.recompute();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_section_on_every_thread() {
        let made = || Section::make(c"test.same").unwrap();
        let here = made();
        let there = std::thread::spawn(move || made().as_raw() as usize);
        assert_eq!(there.join().unwrap(), here.as_raw() as usize);
        assert_eq!(here.name(), c"test.same");
        assert_ne!(here, Section::main());
        assert_eq!(Section::main().name(), c"main");
    }

    #[test]
    fn what_points_elsewhere_is_no_section() {
        let section = Section::make(c"test.place").unwrap();
        assert_eq!(Section::of_raw(section.as_raw()), Some(section));
        assert_eq!(Section::of_raw(ptr::null()), Some(Section::main()));
        let raw = section.as_raw() as usize;
        let near = [raw + 1, raw - 8, raw + (CHUNK << 5), 1, usize::MAX, 8];
        for other in near {
            assert_eq!(Section::of_raw(other as *const _), None, "{other:x}");
        }
        let copy = lwt_log_section {
            level: 0,
            name: c"copy".as_ptr(),
        };
        assert_eq!(Section::of_raw(&raw const copy), None);
    }

    #[test]
    fn there_may_be_more_of_them_than_fit_into_a_chunk() {
        let all: Vec<Section> = (0..CHUNK * 2)
            .map(|n| CString::new(format!("test.many.{n}")).unwrap())
            .map(|name| Section::make(&name).unwrap())
            .collect();
        for section in &all {
            assert_eq!(Section::of_raw(section.as_raw()), Some(*section));
        }
        assert_eq!(all[200].name().to_bytes(), b"test.many.200");
    }
}
