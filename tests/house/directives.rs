//! What a C test says about itself, in comments among its first lines:
//!
//! ```c
//! /* timeout: 120 */                        seconds; 60 without it
//! /* flags: -DNAME=1 */                     further flags for the compiler
//! /* packages: glib-2.0 */                   what pkg-config has to know of
//! /* also: clang++ */                       built and run with that one, too
//! /* env: NAME=value */                     set for the run
//! /* engine: epoll */                       with no other, where one is asked for
//! /* valgrind: no (reason) */               not under Valgrind;
//! /* asan: no (reason) */                   not with AddressSanitizer;
//! /* tsan: no (reason) */                   not with ThreadSanitizer;
//! /* debugging: no (reason) */              not with LWT_DEBUG=1
//! /* faults: no (reason) */                 not with calls that fail
//! /* expect: exit 2, stderr "text" */       how it has to end, and one text
//! /* expect: signal 11, stderr "text" */    that it has to print
//! ```

use std::time::Duration;

use super::process::{End, Run};

/// The lines that are looked at.
const LINES: usize = 15;

/// What a test says about itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Directives {
    /// How long it may take when nothing slows it down.
    pub timeout: Duration,
    /// For the compiler.
    pub flags: Vec<String>,
    /// What pkg-config has to know of: the test is built with it.
    pub packages: Vec<String>,
    /// Another compiler that it is built with, too.
    pub also: Option<String>,
    /// For its run.
    pub env: Vec<(String, String)>,
    /// The engine that it is about.
    pub engine: Option<String>,
    /// The tools that it can't be run with, and why.
    pub without: Vec<(String, String)>,
    /// How it has to end.
    pub end: End,
    /// What its standard error has to hold.
    pub says: Option<String>,
}

impl Directives {
    /// Reads them. The error names the line that can't be understood.
    pub fn parse(source: &str) -> Result<Directives, String> {
        let mut found = Directives {
            timeout: Duration::from_secs(60),
            flags: Vec::new(),
            packages: Vec::new(),
            also: None,
            env: Vec::new(),
            engine: None,
            without: Vec::new(),
            end: End::Exit(0),
            says: None,
        };
        for line in source.lines().take(LINES) {
            let inside = line
                .trim()
                .strip_prefix("/*")
                .and_then(|rest| rest.strip_suffix("*/"));
            let Some((word, rest)) = inside.and_then(|text| text.split_once(':')) else {
                continue;
            };
            let rest = rest.trim();
            let wrong = || format!("what does this ask for? {line}");
            match word.trim() {
                "timeout" => {
                    found.timeout = Duration::from_secs(rest.parse().map_err(|_| wrong())?);
                }
                "flags" => found
                    .flags
                    .extend(rest.split_whitespace().map(String::from)),
                "packages" => found
                    .packages
                    .extend(rest.split_whitespace().map(String::from)),
                "also" => found.also = Some(rest.into()),
                "env" => {
                    let (name, value) = rest.split_once('=').ok_or_else(wrong)?;
                    if name == "LWT_ENGINE" {
                        found.engine = Some(value.into());
                    }
                    found.env.push((name.into(), value.into()));
                }
                "engine" => found.engine = Some(rest.into()),
                tool @ ("valgrind" | "asan" | "tsan" | "debugging" | "faults") => {
                    let why = rest.strip_prefix("no").ok_or_else(wrong)?.trim();
                    if why.is_empty() {
                        return Err(format!("say why: {line}"));
                    }
                    found.without.push((tool.into(), why.into()));
                }
                "expect" => found.expect(rest).ok_or_else(wrong)?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        let (end, says) = match text.split_once(',') {
            Some((end, says)) => (end.trim(), Some(says.trim())),
            None => (text, None),
        };
        let (kind, number) = end.split_once(' ')?;
        let number = number.trim().parse().ok()?;
        self.end = match kind {
            "exit" => End::Exit(number),
            "signal" => End::Signal(number),
            _ => return None,
        };
        if let Some(says) = says {
            let quoted = says.strip_prefix("stderr")?.trim();
            self.says = Some(quoted.strip_prefix('"')?.strip_suffix('"')?.to_owned());
        }
        Some(())
    }

    /// Is that how it had to end?
    pub fn as_expected(&self, run: &Run) -> bool {
        run.end == self.end && self.says.as_ref().is_none_or(|says| run.err.contains(says))
    }
}
