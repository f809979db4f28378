//! What comes back is what was stored, whatever happens next; and what is not a State does not come back.

use proptest::prelude::*;

use crate::events::{
    CapabilityGranted, CausalLinked, IpcSent, Next, NodeRef, Relation, TopicPublished,
    TopicSubscribed,
};
use crate::state::snapshot::Error;
use crate::testing::pid_of;
use crate::testing::{
    Story, claimed, filter, grant, operator, path, process, record, redacted, rotated, stored,
    topic,
};
use crate::{Actor, Event, GrantId, Record, STATE_VERSION, State, evolve};

fn folded(records: &[Record]) -> State {
    let mut state = State::default();
    records.iter().for_each(|record| evolve(&mut state, record));
    state
}

fn restored(state: &State) -> State {
    State::from_snapshot(&state.to_snapshot().unwrap()).unwrap()
}

/// Both States are one, as far as anybody can tell.
fn check_same(one: &State, other: &State) {
    assert_eq!(one.to_canonical_cbor(), other.to_canonical_cbor());
    assert_eq!(one.root(), other.root());
    let canonical = one.to_canonical_cbor();
    assert_eq!(one.root(), crate::Digest::of("exochain/state/1", &[&canonical]));
    assert_eq!(one.clone().seal(), other.clone().seal());
    assert_eq!(one.to_snapshot(), other.to_snapshot());
    assert_eq!(format!("{:?}", indexes(one)), format!("{:?}", indexes(other)));
    assert!(one.pending_work().eq(other.pending_work()));
}

/// What evolve keeps beside the canonical bytes; the digests of the tree are compared by sealing it.
fn indexes(state: &State) -> impl std::fmt::Debug {
    let State { process_table, ipc_routes, causal_graph, capabilities, chain, .. } = state.clone();
    (process_table, ipc_routes, causal_graph, capabilities, chain)
}

/// A State with something in every list.
pub(super) fn rich() -> State {
    let mut story = Story::begin();
    story.spawn(4);
    story.add(
        operator(),
        Event::TopicSubscribed(TopicSubscribed { pid: pid_of(2), filter: filter("a/#") }),
    );
    story.add_with_payload(process(1), Event::IpcSent(IpcSent { to: pid_of(2) }), 7);
    story.add(process(1), Event::TopicPublished(TopicPublished { topic: topic("a/long-topic") }));
    let holder = process(1);
    let grant = grant("send:*", GrantId::ROOT);
    story.add(operator(), Event::CapabilityGranted(CapabilityGranted { holder, grant }));
    let (from, to) = (NodeRef::Process(pid_of(1)), NodeRef::Named("hypothesis-a".parse().unwrap()));
    let relation = Relation::EvidenceFor;
    story.add(operator(), Event::CausalLinked(CausalLinked { from, to, relation, weight: 500 }));
    story.add_with_payload(operator(), stored("/apps/demo/readme"), 9);
    story.exit(3, Next::Restarting);
    story.exit(4, Next::Exited);
    story.add(operator(), redacted(6));
    story.add(operator(), rotated(7));
    story.add(Actor::Kernel, claimed(9));
    story.refuse(process(2), crate::Verdict::Deny);
    story.state
}

#[test]
fn before_genesis_and_after_it() {
    check_same(&restored(&State::default()), &State::default());
    check_same(&restored(&rich()), &rich());
}

#[test]
fn a_snapshot_that_ends_early_is_refused_wherever_it_ends() {
    let bytes = rich().to_snapshot().unwrap();
    for len in 0..bytes.len() {
        let cut = State::from_snapshot(&bytes[..len]);
        assert!(cut.is_err(), "{len} of {} bytes", bytes.len());
    }
}

#[test]
fn another_state_version_is_told_from_damage() {
    let expected = STATE_VERSION;
    let other = Error::Version { found: STATE_VERSION + 1, expected };
    let bytes = rich().to_snapshot().unwrap();
    let raised = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] = bytes[at].wrapping_add(1);
        State::from_snapshot(&bytes).err()
    };
    assert_eq!((0..bytes.len()).filter(|at| raised(*at).as_ref() == Some(&other)).count(), 1);
}

#[test]
fn where_the_bytes_lie_does_not_matter() {
    let bytes = rich().to_snapshot().unwrap();
    for shift in 0..16 {
        let shifted = [vec![0; shift], bytes.clone()].concat();
        check_same(&State::from_snapshot(&shifted[shift..]).unwrap(), &rich());
    }
}

/// Takes any bytes: an error, or a State that is stored and restored like any other.
fn check_bytes(bytes: &[u8]) {
    if let Ok(mut state) = State::from_snapshot(bytes) {
        check_same(&restored(&state), &state);
        state.seal();
    }
}

#[test]
fn any_byte_may_be_wrong() {
    let bytes = rich().to_snapshot().unwrap();
    for at in 0..bytes.len() {
        for value in [0, 0xff, bytes[at] ^ 1] {
            let mut wrong = bytes.clone();
            wrong[at] = value;
            check_bytes(&wrong);
        }
    }
}

proptest! {
    #[test]
    fn what_is_restored_goes_on_like_what_was_stored(
        records in prop::collection::vec(record(), 0..120), seal: bool, more in prop::collection::vec(record(), 0..60)
    ) {
        let mut state = folded(&records);
        if seal {
            state.seal();
        }
        let mut again = restored(&state);
        check_same(&again, &state);
        for record in &more {
            evolve(&mut state, record);
            evolve(&mut again, record);
        }
        check_same(&again, &state);
        for (path, node) in state.resource_tree.subtree(&path("/")) {
            prop_assert_eq!(again.resource_tree.get(path).unwrap().meta_keys(), node.meta_keys());
        }
    }

    #[test]
    fn bytes_that_were_tampered_with_never_panic(
        records in prop::collection::vec(record(), 0..60),
        wrong in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
    ) {
        let mut bytes = folded(&records).to_snapshot().unwrap();
        for (at, value) in wrong {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        check_bytes(&bytes);
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check_bytes(&bytes);
    }
}
