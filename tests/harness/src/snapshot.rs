//! State as a snapshot holds it.

use weft_projections::State;

/// A State that comes out of bytes is one that goes into bytes and comes back with the same root.
pub fn snapshot(data: &[u8]) {
    let Ok(state) = State::from_snapshot(data) else { return };
    let root = state.root();
    let bytes = state.to_snapshot().expect("what fitted into a snapshot fits into one");
    let again = State::from_snapshot(&bytes).expect("what is written is read");
    assert_eq!(again.root(), root, "State comes out as it went in");
    assert!(again.to_snapshot().unwrap() == bytes, "there is one way to write it");
}
