//! A differential test of module Lwt: random programs of calls are run by the
//! library and by a small model of its semantics (`promises/`), and what can
//! be seen is compared after each call and in each callback: the state and value
//! of each promise, which callback ran when and with what, sequence-local
//! storage, identities of handles, and what was dropped.
//!
//! `cargo test --test model` runs a few thousand programs; `fuzz/README.md`
//! says how to run more, and how to run one again.

mod library;
mod life;
mod machine;
mod program;
mod promises;

use library::{Arena, Library};
use machine::*;
use program::*;
use promises::Model;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread;

/// What was found.
struct Difference {
    /// At which call of the program.
    step: usize,
    what: String,
}

/// Runs one program in both worlds. Returns how many things it made.
fn run(ops: &[Op], arena: &Arena, all: &[AtomicU8], own: &[AtomicU8]) -> Result<usize, Difference> {
    let choices = Choices::default();
    let (library, model) = (Library::new(arena, all), Model::default());
    let library = Machine::new(Box::new(library), choices.clone(), own);
    let expected = Machine::new(Box::new(model.clone()), choices, own);
    let _running = library::enter(&library);
    for step in 0..=ops.len() {
        for machine in [&library, &expected] {
            match ops.get(step) {
                Some(op) => machine.step(op),
                None => machine.end(),
            }
        }
        if model.state().is_in_doubt {
            library.end();
            break;
        }
        let difference = |what| Difference { step, what };
        compare(&library, &expected).map_err(difference)?;
        life::check(&model.state(), &library).map_err(difference)?;
    }
    Ok(library.things())
}

/// Runs one program whose drop functions call the library. The model does not
/// say when exactly something is dropped, so nothing is compared.
fn run_wildly(
    ops: &[Op],
    on_drop: &[Script],
    arena: &Arena,
    all: &[AtomicU8],
    own: &[AtomicU8],
) -> Result<usize, Difference> {
    let library = Box::new(Library::new(arena, all));
    let mut machine = Machine::new(library, Choices::default(), own);
    machine.on_drop = on_drop.to_vec();
    let _running = library::enter(&machine);
    for (step, op) in ops.iter().enumerate() {
        machine.step(op);
        machine.log.borrow_mut().clear();
        if let Some(thing) = (0..machine.things()).find(|&thing| machine.dropped(thing) > 1) {
            let what = format!("thing {thing} was dropped {} times", machine.dropped(thing));
            return Err(Difference { step, what });
        }
    }
    machine.end();
    Ok(machine.things())
}

/// Compares what was written down since the last time.
fn compare(library: &Machine, model: &Machine) -> Result<(), String> {
    let (got, want) = (library.log.take(), model.log.take());
    if got == want {
        return Ok(());
    }
    let same = got.iter().zip(&want).take_while(|(a, b)| a == b).count();
    Err(format!(
        "event {same}\nthe library: {:#?}\nthe model:   {:#?}",
        got.get(same),
        want.get(same)
    ))
}

/// Runs programs on a thread of their own, at whose end all must be dropped.
fn batch(programs: &[Vec<Op>], on_drop: Option<&[Script]>) -> Result<(), (usize, Difference)> {
    let counters: Vec<AtomicU8> = (0..programs.len() * THINGS)
        .map(|_| AtomicU8::new(0))
        .collect();
    let arena = Arena::default();
    let made = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let mut made = Vec::new();
            for (at, ops) in programs.iter().enumerate() {
                let own = &counters[at * THINGS..][..THINGS];
                let ran = match on_drop {
                    None => run(ops, &arena, &counters, own),
                    Some(on_drop) => run_wildly(ops, on_drop, &arena, &counters, own),
                };
                made.push(ran.map_err(|what| (at, what))?);
            }
            Ok(made)
        });
        thread.join().expect("a program panics")
    })?;
    for (at, (ops, made)) in programs.iter().zip(made).enumerate() {
        let own = &counters[at * THINGS..][..made];
        if let Some(thing) = own.iter().position(|drops| drops.load(Relaxed) != 1) {
            let what = format!(
                "thing {thing} was dropped {} times by the end of the thread",
                own[thing].load(Relaxed)
            );
            return Err((
                at,
                Difference {
                    step: ops.len(),
                    what,
                },
            ));
        }
    }
    Ok(())
}

/// The program made small, and what is wrong.
fn report(seed: u64, ops: Vec<Op>, on_drop: Option<&[Script]>) -> String {
    let fails = |ops: &[Op]| batch(&[ops.to_vec()], on_drop).is_err();
    if !fails(&ops) {
        return format!("seed {seed}: only after the programs before it");
    }
    let ops = shrink(ops, fails);
    match batch(std::slice::from_ref(&ops), on_drop) {
        Err((_, Difference { step, what })) => format!(
            "seed {seed}: at call {step} of {} in the program\n{}\n{what}",
            ops.len(),
            ops.iter()
                .map(|op| format!("    {op:?}\n"))
                .collect::<String>(),
        ),
        Ok(()) => format!("seed {seed}: once only"),
    }
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name} is {text}"))
    })
}

#[test]
fn random_programs_do_what_the_model_does() {
    let (first, count) = (
        setting("LWT_MODEL_SEED", 1),
        setting("LWT_MODEL_PROGRAMS", 20_000),
    );
    const BATCH: u64 = 100;
    for start in (0..count).step_by(BATCH as usize) {
        let seeds: Vec<u64> = (start..count.min(start + BATCH))
            .map(|at| first + at)
            .collect();
        let programs: Vec<Vec<Op>> = seeds.iter().map(|&seed| of_seed(seed)).collect();
        if let Err((at, difference)) = batch(&programs, None) {
            eprintln!(
                "seed {}, call {}: {}",
                seeds[at], difference.step, difference.what
            );
            panic!("{}", report(seeds[at], programs[at].clone(), None));
        }
        if count > 100_000 && (start + BATCH).is_multiple_of(100_000) {
            eprintln!("{} programs", start + BATCH);
        }
    }
}

#[test]
fn drop_functions_that_call_the_library_break_nothing() {
    let (first, count) = (
        setting("LWT_MODEL_SEED", 1),
        setting("LWT_MODEL_PROGRAMS", 20_000),
    );
    for seed in first..first + count / 8 {
        let (ops, on_drop) = (of_seed(seed), drops_of_seed(seed));
        if setting("LWT_MODEL_VERBOSE", 0) > 0 {
            eprintln!("seed {seed}");
        }
        if batch(std::slice::from_ref(&ops), Some(&on_drop)).is_err() {
            panic!(
                "{}\ndrop functions: {on_drop:#?}",
                report(seed, ops, Some(&on_drop))
            );
        }
    }
}
