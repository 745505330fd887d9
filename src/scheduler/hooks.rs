//! What the main loop runs besides events: the users' enter, leave and exit
//! hooks, and the turns of the floors above (fibers).

/// Registers `turn` with this thread's scheduler, once; it is called after the
/// enter hooks and after the leave hooks of each turn, and says whether it has
/// more to do: then the loop does not block.
pub fn every_turn(_turn: fn() -> bool) {
    unimplemented!()
}
