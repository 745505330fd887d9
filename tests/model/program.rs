//! Random programs over the promises of module Lwt: what an operation is, how
//! programs are made, and how a program that shows a difference gets smaller.

/// An index: of a promise, a wakener; taken modulo how many there are, counted
/// from the youngest.
pub type Index = u8;
/// A kind of exception, one of a few.
pub type Kind = i32;

/// What a callback does.
#[derive(Clone, PartialEq)]
pub struct Script {
    pub ops: Vec<Op>,
    pub end: End,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_list().entries(&self.ops).entry(&self.end).finish()
    }
}

/// How a callback ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// With a plain value, or a promise of one.
    Value(u8),
    /// With a value that it gives a drop function, or a promise of one.
    Owned,
    /// With a failure: a promise that failed, or by `lwt_raise`.
    Fail(Kind),
    /// It raises, and returns a promise all the same.
    Raise(Kind),
    /// It returns a promise that there is.
    Promise(Index),
    /// It returns NULL.
    Null,
}

/// What a wakener is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum With {
    Value(u8),
    Owned,
    Fail(Kind),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sequential {
    Bind,
    BindOwned,
    Map,
    Catch,
    TryBind,
    Finalize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Watch {
    Success,
    Failure,
    Termination,
    Any,
    Cancel,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Concurrent {
    Join,
    All,
    Choose,
    Pick,
    Nchoose,
    Npick,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Follow {
    Protected,
    NoCancel,
    Wrap,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    Return(u8),
    ReturnOwned,
    Fail(Kind),
    Wait,
    Task,
    Pause,
    Wakeup {
        u: Index,
        with: With,
        later: bool,
    },
    ReleaseWakener(Index),
    ForgetWakener(Index),
    /// `other`: the second function of a try_bind.
    Sequential {
        how: Sequential,
        p: Index,
        consume: bool,
        body: Script,
        other: Script,
    },
    Watch {
        how: Watch,
        p: Index,
        body: Script,
        other: Script,
    },
    Concurrent {
        how: Concurrent,
        ps: Vec<Index>,
    },
    Follow {
        how: Follow,
        p: Index,
    },
    Cancel(Index),
    Release(Index),
    Retain(Index),
    Take(Index),
    WakeupPaused,
    AbandonPaused,
    WithValue {
        key: u8,
        hide: bool,
        body: Script,
    },
    Async(Script),
    DontWait {
        body: Script,
        on_exn: Script,
    },
}

/// Numbers by chance (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Mostly one of the youngest.
    fn index(&mut self) -> Index {
        let reach = self.of(&[2, 4, 8, 24]);
        self.below(reach) as Index
    }

    /// 1 is LWT_CANCELED.
    fn kind(&mut self) -> Kind {
        self.of(&[1, 4, 5, 7, 10])
    }

    fn end(&mut self) -> End {
        match self.below(12) {
            0..=2 => End::Value(self.below(9) as u8),
            3 => End::Owned,
            4 => End::Fail(self.kind()),
            5 => End::Raise(self.kind()),
            6 if self.one_in(3) => End::Null,
            _ => End::Promise(self.index()),
        }
    }

    fn script(&mut self, depth: usize) -> Script {
        let most = [4, 3, 3, 2, 0][depth.min(4)];
        let count = self.below(most + 1);
        Script {
            ops: (0..count).map(|_| self.op(depth + 1)).collect(),
            end: self.end(),
        }
    }

    fn nothing(&mut self) -> Script {
        Script {
            ops: Vec::new(),
            end: End::Value(0),
        }
    }

    fn with(&mut self) -> With {
        match self.below(4) {
            0 => With::Owned,
            1 => With::Fail(self.kind()),
            _ => With::Value(self.below(9) as u8),
        }
    }

    fn op(&mut self, depth: usize) -> Op {
        let p = self.index();
        match self.below(100) {
            0..=2 => Op::Return(self.below(9) as u8),
            3..=4 => Op::ReturnOwned,
            5..=6 => Op::Fail(self.kind()),
            7..=14 => Op::Wait,
            15..=23 => Op::Task,
            24..=25 => Op::Pause,
            26..=36 => Op::Wakeup {
                u: p,
                with: self.with(),
                later: self.one_in(3),
            },
            37 => Op::ReleaseWakener(p),
            38 if self.one_in(2) => Op::ForgetWakener(p),
            38..=58 => {
                use Sequential::*;
                let how = self.of(&[Bind, Bind, BindOwned, Map, Catch, TryBind, Finalize]);
                Op::Sequential {
                    how,
                    p,
                    consume: self.one_in(4),
                    body: self.script(depth),
                    other: match how {
                        TryBind => self.script(depth),
                        _ => self.nothing(),
                    },
                }
            }
            59..=67 => {
                use Watch::*;
                let how = self.of(&[Success, Failure, Termination, Any, Cancel, Cancel]);
                Op::Watch {
                    how,
                    p,
                    body: self.script(depth),
                    other: match how {
                        Any => self.script(depth),
                        _ => self.nothing(),
                    },
                }
            }
            68..=78 => {
                use Concurrent::*;
                let how = self.of(&[Join, All, Choose, Pick, Pick, Nchoose, Npick]);
                let count = self.of(&[0, 1, 2, 2, 2, 3, 3, 4]);
                Op::Concurrent {
                    how,
                    ps: (0..count).map(|_| self.index()).collect(),
                }
            }
            79..=83 => {
                use Follow::*;
                Op::Follow {
                    how: self.of(&[Protected, NoCancel, Wrap]),
                    p,
                }
            }
            84..=89 => Op::Cancel(p),
            90..=91 => Op::Release(p),
            92 => Op::Retain(p),
            93 => Op::Take(p),
            94..=95 => Op::WakeupPaused,
            96 if self.one_in(4) => Op::AbandonPaused,
            96..=97 => Op::WithValue {
                key: self.below(2) as u8,
                hide: self.one_in(4),
                body: self.script(depth),
            },
            98 => Op::Async(self.script(depth)),
            _ => Op::DontWait {
                body: self.script(depth),
                on_exn: self.script(depth),
            },
        }
    }
}

/// The program of a seed.
pub fn of_seed(seed: u64) -> Vec<Op> {
    let mut chance = Chance(seed);
    let count = 4 + chance.below(26);
    (0..count).map(|_| chance.op(0)).collect()
}

/// What the drop functions of that program do, where they do something.
pub fn drops_of_seed(seed: u64) -> Vec<Script> {
    let mut chance = Chance(!seed);
    (0..6).map(|_| chance.script(2)).collect()
}

/// The scripts of an operation.
fn scripts(op: &mut Op) -> Vec<&mut Script> {
    match op {
        Op::Sequential { body, other, .. } | Op::Watch { body, other, .. } => vec![body, other],
        Op::WithValue { body, .. } | Op::Async(body) => vec![body],
        Op::DontWait { body, on_exn } => vec![body, on_exn],
        _ => Vec::new(),
    }
}

/// All programs that are one step simpler.
fn simpler(ops: &[Op]) -> Vec<Vec<Op>> {
    let mut found = Vec::new();
    for half in [ops.len() / 2, ops.len() / 4] {
        for start in (0..ops.len()).step_by(half.max(1)) {
            if half > 1 {
                let mut less = ops.to_vec();
                less.drain(start..(start + half).min(ops.len()));
                found.push(less);
            }
        }
    }
    for at in 0..ops.len() {
        let mut less = ops.to_vec();
        less.remove(at);
        found.push(less);
    }
    for at in 0..ops.len() {
        for script in scripts(&mut ops[at].clone()) {
            let mut other = ops.to_vec();
            other.splice(at..=at, script.ops.clone());
            found.push(other);
        }
        for simple in simpler_op(&ops[at]) {
            let mut other = ops.to_vec();
            other[at] = simple;
            found.push(other);
        }
    }
    found
}

fn simpler_op(op: &Op) -> Vec<Op> {
    let mut found = Vec::new();
    if let Op::Concurrent { how, ps } = op {
        for at in 0..ps.len() {
            let mut ps = ps.clone();
            ps.remove(at);
            found.push(Op::Concurrent { how: *how, ps });
        }
    }
    if let Op::Sequential { consume: true, .. } = op {
        let mut kept = op.clone();
        if let Op::Sequential { consume, .. } = &mut kept {
            *consume = false;
        }
        found.push(kept);
    }
    let count = scripts(&mut op.clone()).len();
    for which in 0..count {
        let script = scripts(&mut op.clone())[which].clone();
        let mut put = |simple: Script| {
            let mut other = op.clone();
            *scripts(&mut other)[which] = simple;
            found.push(other);
        };
        for ops in simpler(&script.ops) {
            put(Script {
                ops,
                end: script.end,
            });
        }
        if script.end != End::Value(0) {
            put(Script {
                ops: script.ops.clone(),
                end: End::Value(0),
            });
        }
    }
    found
}

/// The smallest program that is found by leaving things out, for which `fails`
/// still holds.
pub fn shrink(ops: Vec<Op>, fails: impl Fn(&[Op]) -> bool) -> Vec<Op> {
    let mut best = ops;
    while let Some(less) = simpler(&best).into_iter().find(|less| fails(less)) {
        best = less;
    }
    best
}
