//! What belongs to a stack and not to a thread: how deep callbacks are nested
//! on it, what they have said.

use super::local::{HOOKED, LATER, SPOKEN, WATCHED, local};
use super::slot::Id;

/// What a fiber saves when it is left, and puts back when it is resumed: how
/// deep the callbacks are nested, what they raised, the current storage.
#[derive(Clone, Copy, Default)]
pub struct Context {
    level: u32,
    resolving: bool,
    storage: Id,
    fiber: bool,
    raised: u64,
    owned: u64,
    owned_drop: u64,
}

/// The bits that are the thread's, and not a stack's.
const SHARED: u32 = LATER | WATCHED | HOOKED;

impl Context {
    /// Leaves the present context: saves it, and installs a fresh one, as on
    /// a stack where no callback runs.
    pub fn enter_fresh() -> Context {
        Context {
            fiber: true,
            ..Context::default()
        }
        .swap()
    }

    /// Saves the present context and installs this one.
    pub fn swap(self) -> Context {
        let local = local();
        let level = local.level.get();
        local.level.set(level & SHARED | self.level);
        Context {
            level: level & !SHARED,
            resolving: local.resolving.replace(self.resolving),
            storage: local.storage.replace(self.storage),
            fiber: local.fiber.replace(self.fiber),
            raised: local.raised.replace(self.raised),
            owned: local.owned.replace(self.owned),
            owned_drop: local.owned_drop.replace(self.owned_drop),
        }
    }

    /// As `swap`, in place: a switch between stacks on which callbacks have
    /// said nothing leaves alone what they could have said.
    #[inline(always)]
    pub fn exchange(&mut self) {
        let local = local();
        let level = local.level.get();
        if (level | self.level) & SPOKEN != 0 {
            *self = self.swap();
            return;
        }
        local.level.set(level & SHARED | self.level);
        self.level = level & !SHARED;
        self.resolving = local.resolving.replace(self.resolving);
        self.storage = local.storage.replace(self.storage);
        self.fiber = local.fiber.replace(self.fiber);
    }

    /// Is a resolution in progress on the present stack? Then it must not be
    /// left.
    pub fn in_resolution() -> bool {
        let local = local();
        local.resolving.get() || local.freeing.get() || local.dropping.get() != 0
    }
}
