//! The switch between the main loop's stack and a fiber's.
//!
//! On x86-64 it is our own: corosensei leaves a stack with `ret` and enters
//! one with `call`, so that the processor predicts the returns on either side
//! of a switch wrongly, twice a yield. Ours jumps both ways and leaves calls
//! and returns of each side in balance: 18 ns a yield instead of 32, a thousand
//! fibers taking turns. Elsewhere, and with `--cfg lwt_portable_switch`, it is
//! corosensei's.

#[cfg(not(all(target_arch = "x86_64", not(lwt_portable_switch))))]
mod portable;
#[cfg(all(target_arch = "x86_64", not(lwt_portable_switch)))]
mod x86_64;

#[cfg(not(all(target_arch = "x86_64", not(lwt_portable_switch))))]
pub use portable::{Home, Seat};
#[cfg(all(target_arch = "x86_64", not(lwt_portable_switch)))]
pub use x86_64::{Home, Seat};

/// What runs on a stack. It never returns: its stack is taken away while it is
/// suspended.
pub type Body = unsafe extern "C" fn(data: *mut ()) -> !;

#[cfg(test)]
mod tests {
    use super::super::stack::pool::Pool;
    use super::*;
    use std::cell::Cell;
    use std::hint::black_box;

    struct Pair {
        home: Home,
        seat: Cell<*const Seat>,
        count: Cell<u64>,
    }

    impl Pair {
        fn suspend(&self) {
            // SAFETY: set before the first resume; runs on that stack.
            unsafe { (*self.seat.get()).suspend(&self.home) };
        }
    }

    unsafe extern "C" fn count(pair: *mut ()) -> ! {
        // SAFETY: the test's pair outlives the stack.
        let pair = unsafe { &*pair.cast::<Pair>() };
        // Values that live in registers over the switch, of both kinds.
        let mut numbers = [1u64, 2, 3, 4, 5, 6, 7].map(black_box);
        let mut half = black_box(0.5f64);
        loop {
            for number in &mut numbers {
                *number += 1;
            }
            half += 1.0;
            pair.count.set(numbers.iter().sum::<u64>() + half as u64);
            pair.suspend();
        }
    }

    #[test]
    fn both_sides_go_on_where_they_were_with_what_they_had() {
        let mut pool = Pool::default();
        let pairs: Vec<_> = (0..3)
            .map(|_| Pair {
                home: Home::default(),
                seat: Cell::new(std::ptr::null()),
                count: Cell::new(0),
            })
            .collect();
        let seats: Vec<_> = pairs
            .iter()
            .map(|pair| {
                let data = std::ptr::from_ref(pair).cast_mut().cast();
                // SAFETY: a stack of the pool; the pair outlives it.
                unsafe { Seat::new(pool.take(0).unwrap(), count, data) }
            })
            .collect();
        let mut turns = 0u64;
        let mut sum = black_box(0.25f64);
        for _ in 0..1000 {
            turns += 1;
            for (pair, seat) in pairs.iter().zip(&seats) {
                pair.seat.set(seat);
                // SAFETY: suspended, and we are not on it.
                unsafe { seat.resume(&pair.home) };
                sum += 1.0;
                assert_eq!(pair.count.get(), 28 + 7 * turns + turns);
            }
        }
        assert_eq!(sum, 3000.25);
        for seat in seats {
            // SAFETY: suspended, and nothing on it needs dropping.
            pool.give(unsafe { seat.into_stack() });
        }
    }

    unsafe extern "C" fn align(pair: *mut ()) -> ! {
        #[repr(align(16))]
        struct Aligned([u8; 16]);
        // SAFETY: as above.
        let pair = unsafe { &*pair.cast::<Pair>() };
        loop {
            let aligned = black_box(Aligned([1; 16]));
            pair.count
                .set(aligned.0.as_ptr() as u64 % 16 + u64::from(aligned.0[3]));
            pair.suspend();
        }
    }

    #[test]
    fn a_stack_begins_aligned() {
        let mut pool = Pool::default();
        let pair = Pair {
            home: Home::default(),
            seat: Cell::new(std::ptr::null()),
            count: Cell::new(0),
        };
        let data = std::ptr::from_ref(&pair).cast_mut().cast();
        // SAFETY: a stack of the pool; the pair outlives it.
        let seat = unsafe { Seat::new(pool.take(0).unwrap(), align, data) };
        pair.seat.set(&seat);
        // SAFETY: suspended, and we are not on it.
        unsafe { seat.resume(&pair.home) };
        assert_eq!(pair.count.get(), 1);
        // SAFETY: suspended, and nothing on it needs dropping.
        pool.give(unsafe { seat.into_stack() });
    }
}
