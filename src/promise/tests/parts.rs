//! Promises that became parts of others, values that several show, storage
//! maps: what is linked to what, and how often it is held.

use super::*;
use crate::abi::{lwt_promise_state::LWT_RETURN, lwt_t};
use crate::handle::slot::{HELD, Id, Slot, USER};
use crate::promise::{group, release_handle, retain, seq, state_of, storage, value_of, values};

unsafe extern "C" fn give(word: *mut c_void, _: *mut c_void) -> *mut lwt_t {
    word.cast()
}

/// A bind that has become what its callback returned: `inner`.
fn around(inner: u64) -> u64 {
    let (source, u) = pair(WAIT);
    let outer = seq::compose(BIND, "test", source, give as *const () as u64, 0, counted());
    wakener::wakeup(u, plain(inner as usize));
    outer
}

fn slot_of(handle: u64) -> &'static Slot {
    local().at(handle as Id)
}

#[test]
fn a_long_way_to_the_whole_is_shortened_for_all_on_it() {
    let before = slots();
    let (p, u) = pair(WAIT);
    let mut parts = vec![p];
    for _ in 0..1000 {
        let inner = *parts.last().unwrap();
        parts.push(around(retain(inner)));
    }
    let whole = parts.pop().unwrap();
    assert!(parts.iter().all(|&part| slot_of(part).state() == PROXY));
    assert_eq!(slot_of(p).a.get(), parts[1] & 0xffff_ffff);
    underlying(local(), p as Id, slot_of(p));
    for &part in &parts {
        assert_eq!(slot_of(part).a.get(), whole & 0xffff_ffff);
    }
    // One for each part, and the test's own.
    assert_eq!(slot_of(whole).refs.get(), USER + 1000 * HELD);
    assert_eq!(slot_of(parts[500]).refs.get(), USER);
    wakener::wakeup(u, plain(3));
    assert!(parts.iter().all(|&part| value_of(part).addr() == 3));
    parts.into_iter().chain([whole]).for_each(release);
    assert_eq!(slots(), before);
}

#[test]
fn parts_that_nobody_refers_to_go_when_the_way_is_shortened() {
    let before = slots();
    let (p, u) = pair(WAIT);
    let whole = (0..1000).fold(retain(p), |inner, _| around(inner));
    assert_eq!(slots(), before + 1001);
    assert_eq!(state_of(p), crate::abi::lwt_promise_state::LWT_SLEEP);
    underlying(local(), p as Id, slot_of(p));
    assert_eq!(slots(), before + 2);
    wakener::wakeup(u, plain(3));
    assert_eq!(value_of(whole).addr(), 3);
    [p, whole].into_iter().for_each(release);
    assert_eq!(slots(), before);
}

#[test]
fn a_loop_through_bind_that_waits_at_each_turn_keeps_a_few_slots() {
    thread_local! {
        static WAKENER: Cell<u64> = const { Cell::new(0) };
        static TURNS: Cell<u32> = const { Cell::new(0) };
    }
    unsafe extern "C" fn turn(_: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        TURNS.set(TURNS.get() + 1);
        if TURNS.get() == 10_000 {
            return done(plain(5)) as usize as *mut _;
        }
        let (p, u) = pair(WAIT);
        WAKENER.set(u);
        seq::compose(BIND, "test", p, turn as *const () as u64, 0, counted()) as usize as *mut _
    }
    let before = (slots(), counted_alive());
    // SAFETY: as a callback is called.
    let whole = unsafe { turn(ptr::null_mut(), ptr::null_mut()) } as usize as u64;
    while state_of(whole) != LWT_RETURN {
        assert!(slots() < before.0 + 8);
        wakener::wakeup(WAKENER.get(), Settled::UNIT);
    }
    assert_eq!((TURNS.get(), value_of(whole).addr()), (10_000, 5));
    release(whole);
    assert_eq!((slots(), counted_alive()), before);
}

#[test]
fn the_wakener_of_a_part_is_good_and_that_of_its_slots_next_promise_is_another() {
    let before = slots();
    let (p, u) = pair(WAIT);
    let whole = around(p);
    assert_eq!(wakener::wakeup(u, plain(1)), crate::abi::LWT_OK);
    assert_ne!(wakener::wakeup(u, plain(2)), crate::abi::LWT_OK);
    release(whole);
    for _ in 0..1000 {
        let (q, next) = pair(TASK);
        assert_ne!(next, u);
        assert_ne!(
            wakener::wakeup(u, Settled::value(counted())),
            crate::abi::LWT_OK
        );
        wakener::forget(u);
        wakener::release(u);
        assert_eq!(state_of(q), crate::abi::lwt_promise_state::LWT_SLEEP);
        assert_eq!(wakener::wakeup(next, plain(2)), crate::abi::LWT_OK);
        release(q);
    }
    assert_eq!((slots(), counted_alive()), (before, 0));
}

#[test]
fn an_owned_value_is_moved_when_nobody_else_can_see_it_and_shared_otherwise() {
    for kept in [false, true] {
        let (p, u) = pair(WAIT);
        let shows = group::follow(PROTECTED, "test", retain(p));
        if !kept {
            release(p);
        }
        let value = counted();
        let word = value.word();
        wakener::wakeup(u, Settled::value(value));
        assert_eq!(value_of(shows), word);
        if kept {
            assert_eq!((slot_of(p).state(), value_of(p)), (SHARED, word));
            let taken = move_out(slot_of(shows));
            assert_eq!(
                (value_of(p), value_of(shows)),
                (ptr::null_mut(), ptr::null_mut())
            );
            assert_eq!((taken.word(), counted_alive()), (word, 1));
            release(p);
        }
        release(shows);
        assert_eq!(counted_alive(), 0);
    }
}

#[test]
fn what_is_taken_from_a_member_is_gone_from_the_array_and_the_other_way_round() {
    for from_array in [false, true] {
        let (p, u) = pair(WAIT);
        let (q, v) = pair(WAIT);
        let all = group::all(
            "test",
            &[retain(p), retain(q)].map(|p| p as usize as *mut _),
        );
        wakener::wakeup(u, Settled::value(counted()));
        wakener::wakeup(v, Settled::value(counted()));
        let array = value_of(all).cast::<values::lwt_values>();
        // SAFETY: the array that `all` shows.
        let data = |i: usize| unsafe { *(*array).data.add(i) };
        assert_eq!((data(0), data(1)), (value_of(p), value_of(q)));
        let taken = if from_array {
            // SAFETY: as above.
            let (word, drop) = unsafe { values::take_raw(array, 1) };
            Value::new(word, drop)
        } else {
            move_out(slot_of(q))
        };
        assert!(taken.is_owned());
        assert_eq!((data(1), value_of(q)), (ptr::null_mut(), ptr::null_mut()));
        assert_eq!((data(0), counted_alive()), (value_of(p), 2));
        drop(taken);
        if from_array {
            release(all); // the array goes first
            assert_eq!(counted_alive(), 1);
            drop(move_out(slot_of(p)));
            [p, q].into_iter().for_each(release);
        } else {
            [p, q].into_iter().for_each(release);
            assert!(!data(0).is_null());
            assert_eq!(counted_alive(), 1);
            release(all);
        }
        assert_eq!(counted_alive(), 0);
    }
}

#[test]
fn each_binding_of_storage_is_held_by_what_can_see_it() {
    thread_local! {
        static MAPS: Cell<[Id; 3]> = const { Cell::new([0; 3]) };
        static KEY: Cell<*mut crate::abi::lwt_key> = const { Cell::new(ptr::null_mut()) };
    }
    unsafe extern "C" fn nest(env: *mut c_void) -> *mut lwt_t {
        let depth = env.addr();
        let mut maps = MAPS.get();
        maps[depth] = local().storage.get();
        MAPS.set(maps);
        if depth == 2 {
            let p = pair(WAIT).0;
            let f = give as *const () as u64;
            return seq::compose(BIND, "test", p, f, 0, counted()) as usize as *mut _;
        }
        let env = Value::plain(ptr::without_provenance_mut(depth + 1));
        storage::with_value(KEY.get(), Some(counted()), Some(nest), env) as usize as *mut _
    }
    KEY.set(storage::new_key());
    let before = slots();
    // SAFETY: as a callback is called, inside a binding.
    let p = storage::with_value(KEY.get(), Some(counted()), Some(nest), Value::UNIT);
    assert_eq!((local().storage.get(), storage::get(KEY.get())), (0, None));
    // Three bindings: each held by the next one, the last by the bind alone.
    let refs = MAPS.get().map(|map| local().at(map).refs.get());
    assert_eq!((refs, counted_alive()), ([HELD; 3], 4));
    let source = slot_of(p).b.get() as Id;
    assert_eq!((slot_of(p).b.get() >> 32) as Id, MAPS.get()[2]);
    release_handle(slot_of(u64::from(source)).b.get());
    assert_eq!(counted_alive(), 0);
    release(p);
    assert_eq!(slots(), before);
}

#[test]
fn a_map_of_a_fiber_gives_back_what_nobody_else_can_see() {
    let before = slots();
    let (one, two) = (storage::new_key(), storage::new_key());
    let mut map = storage::Map::default();
    for _ in 0..100 {
        for key in [one, two] {
            drop(map.rebind(key, Some(counted())).unwrap());
        }
        assert_eq!((slots(), counted_alive()), (before + 2, 2));
    }
    map.make_current();
    let held = storage::snapshot(local()) as Id;
    assert!(
        map.rebind(one, None).unwrap().is_empty(),
        "somebody can see it"
    );
    assert_eq!(counted_alive(), 2);
    map.make_current();
    assert_eq!(storage::get(one), None);
    assert!(storage::get(two).is_some());
    local().storage.set(0);
    drop(map);
    assert_eq!(counted_alive(), 2);
    storage::release(local(), held);
    assert_eq!((slots(), counted_alive()), (before, 0));
    assert!(storage::Map::default().rebind(ptr::null(), None).is_none());
}
