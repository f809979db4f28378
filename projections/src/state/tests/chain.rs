//! What the log says about itself.

use crate::events::{Fork, LogGenesis};
use crate::limits::{LOG_KEYS_MAX, REDACTIONS_MAX};
use crate::state::Claim;
use crate::testing::{Story, claimed, genesis, operator, process, redacted, rotated, stored};
use crate::{Actor, Digest, STATE_VERSION, Seq, State};

fn key(byte: u8) -> Digest {
    Digest([byte; 32])
}

fn claim(seq: u64) -> Option<Claim> {
    Some(Claim { seq: Seq(seq), state_version: STATE_VERSION, root: key(4) })
}

/// A fork whose first records, up to this one, are another log's.
fn forked_at(seq: u64) -> Story {
    let fork = Some(Fork { log_id: key(5), seq: Seq(seq), link: key(6) });
    Story::begin_with(LogGenesis { fork, ..genesis() })
}

fn keys(state: &State) -> Vec<(u64, Digest)> {
    state.chain.keys().map(|(seq, key)| (seq.0, key)).collect()
}

#[test]
fn a_key_holds_from_its_record_on() {
    let mut story = Story::begin();
    assert_eq!((story.state.chain.key(), State::default().chain.key()), (key(1), key(0)));
    story.add(operator(), rotated(7));
    story.add(operator(), stored("/apps/a"));
    story.add(operator(), rotated(8));
    assert_eq!(keys(&story.state), [(0, key(1)), (1, key(7)), (3, key(8))]);
    assert_eq!(story.state.chain.key(), key(8));
}

#[test]
fn a_rotation_before_genesis_changes_nothing() {
    let mut story = Story::begin();
    story.state = State::default();
    story.add(operator(), rotated(7));
    assert_eq!(keys(&story.state), []);
}

#[test]
fn a_fork_passes_over_rotations_and_claims_of_the_log_it_comes_from() {
    let mut story = forked_at(3);
    story.add(operator(), rotated(7));
    story.add(Actor::Kernel, claimed(1));
    story.add(operator(), redacted(1));
    assert_eq!(keys(&story.state), [(0, key(1))]);
    assert_eq!(story.state.chain.last_snapshot(), None);
    assert!(story.state.chain.is_redacted(Seq(1)), "what was erased there is erased here");
    story.add(operator(), rotated(8));
    story.add(Actor::Kernel, claimed(2));
    assert_eq!(keys(&story.state), [(0, key(1)), (4, key(8))]);
    assert_eq!(
        (story.state.chain.last_snapshot(), story.state.chain.copied()),
        (claim(2), Some(Seq(3)))
    );
}

#[test]
fn a_redaction_marks_its_record_and_counts_once() {
    let mut story = Story::begin();
    story.add_with_payload(operator(), stored("/apps/a"), 7);
    story.add(operator(), redacted(1));
    story.add(operator(), redacted(1));
    story.add(operator(), redacted(4));
    let chain = &story.state.chain;
    assert_eq!((chain.redacted().collect::<Vec<_>>(), chain.redacted_total()), (vec![Seq(1)], 1));
}

/// Everything else that State holds refers to a payload and never has it.
#[test]
fn a_redaction_changes_nothing_else() {
    let mut story = Story::begin();
    story.spawn(1);
    story.add_with_payload(process(1), stored("/apps/a"), 7);
    let before = story.state.clone();
    story.add(operator(), redacted(2));
    let mut after = story.state.clone();
    after.chain = before.chain.clone();
    after.kernel = before.kernel.clone();
    assert_eq!(after.to_canonical_cbor(), before.to_canonical_cbor());
}

#[test]
fn only_a_newer_claim_about_an_earlier_record_counts() {
    let mut story = Story::begin();
    story.spawn(4);
    story.add(Actor::Kernel, claimed(5));
    assert_eq!(story.state.chain.last_snapshot(), None);
    story.add(Actor::Kernel, claimed(3));
    story.add(Actor::Kernel, claimed(3));
    story.add(Actor::Kernel, claimed(2));
    assert_eq!(story.state.chain.last_snapshot(), claim(3));
    story.add(Actor::Kernel, claimed(8));
    assert_eq!(story.state.chain.last_snapshot(), claim(8));
}

#[test]
fn keys_and_marks_have_limits() {
    let mut story = Story::begin();
    for _ in 0..LOG_KEYS_MAX {
        story.add(operator(), rotated(7));
    }
    assert_eq!(story.state.chain.keys().len(), LOG_KEYS_MAX);
    let marked = (0..REDACTIONS_MAX as u64 - 1).map(Seq);
    story.state.chain.redacted = marked.collect();
    story.next.seq = Seq(2_000_000);
    story.add(operator(), redacted(1_500_000));
    story.add(operator(), redacted(1_500_001));
    let chain = &story.state.chain;
    assert_eq!((chain.redacted().len(), chain.redacted_total()), (REDACTIONS_MAX, 2));
    assert!(!chain.is_redacted(Seq(1_500_001)));
}
