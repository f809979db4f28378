//! Stories about resources, edges and grants.

use std::collections::BTreeSet;

use crate::events::{
    CapabilityGranted, CapabilityRevoked, CausalLinked, Grant, NodeRef, Relation, ResourceRemoved,
    ResourceStored,
};
use crate::testing::{Story, grant, name, operator, path, pid_of, process, stored};
use crate::{Actor, Event, GrantId, Scope, State, Time};

/// Given processes 1 to 3, when events happen, then State is as expected.
fn check(when: &[(Actor, Event)], then: impl Fn(&State)) {
    let mut story = Story::begin();
    story.spawn(3);
    for (actor, event) in when {
        story.add(*actor, event.clone());
    }
    then(&story.state);
}

#[test]
fn storing_makes_parents_and_removing_takes_children_along() {
    check(&[(operator(), stored("/apps/a/b"))], |state| {
        assert_eq!(state.resource_tree.get(&path("/apps/a")).unwrap().kind.as_str(), "namespace");
        assert_eq!(state.resource_tree.get(&path("/apps/a/b")).unwrap().kind.as_str(), "file");
        assert_eq!(state.resource_tree.root(), None, "not sealed");
    });
    let removed =
        |text: &str| (operator(), Event::ResourceRemoved(ResourceRemoved { path: path(text) }));
    check(
        &[
            (operator(), stored("/apps/a/b")),
            (operator(), stored("/apps/a-b")),
            removed("/apps/a"),
            removed("/"),
        ],
        |state| {
            let left: Vec<&str> = state
                .resource_tree
                .children(&path("/apps"))
                .map(|(path, _)| path.as_str())
                .collect();
            assert_eq!(left, ["/apps/a-b"]);
        },
    );
}

#[test]
fn every_field_of_a_resource_shows_in_the_root() {
    let root = |text: &str, kind: &str, keys: &[&str], len: Option<u32>| {
        let mut story = Story::begin();
        let meta_keys = keys.iter().map(|key| key.parse().unwrap()).collect();
        let event = Event::ResourceStored(ResourceStored {
            path: path(text),
            kind: kind.parse().unwrap(),
            meta_keys,
        });
        match len {
            Some(len) => story.add_with_payload(operator(), event, len),
            None => story.add(operator(), event),
        };
        story.state.seal().unwrap()
    };
    let roots = [
        root("/apps/a", "file", &[], None),
        root("/apps/b", "file", &[], None),
        root("/apps/a", "dir", &[], None),
        root("/apps/a", "file", &["k"], None),
        root("/apps/a", "file", &["k"], Some(1)),
        root("/apps/a/a", "file", &[], None),
    ];
    let distinct: BTreeSet<_> = roots.iter().collect();
    assert_eq!(distinct.len(), roots.len());
}

#[test]
fn edges_are_found_from_both_ends_and_asserted_again_in_place() {
    let (from, to) = (NodeRef::Process(pid_of(1)), NodeRef::Named(name("h")));
    let linked = |weight| {
        let event = CausalLinked {
            from: from.clone(),
            to: to.clone(),
            relation: Relation::EvidenceFor,
            weight,
        };
        (process(1), Event::CausalLinked(event))
    };
    check(&[linked(100), linked(900)], |state| {
        let graph = &state.causal_graph;
        assert_eq!(
            graph
                .outgoing(&from)
                .map(|(key, edge)| (key.to.clone(), edge.weight))
                .collect::<Vec<_>>(),
            [(to.clone(), 900)]
        );
        assert_eq!(
            graph.incoming(&to).map(|(key, edge)| (key.from, edge.weight)).collect::<Vec<_>>(),
            [(from.clone(), 900)]
        );
        assert_eq!((graph.outgoing(&to).count(), graph.incoming(&from).count()), (0, 0));
    });
}

#[test]
fn revoking_takes_what_derives_along() {
    let mut story = Story::begin();
    story.spawn(2);
    let mut give = |holder, scope: &str, parent| {
        let event = CapabilityGranted { holder, grant: grant(scope, parent) };
        GrantId { seq: story.add(operator(), Event::CapabilityGranted(event)), index: 0 }
    };
    let first = give(process(1), "put:/apps", GrantId::ROOT);
    let second = give(process(2), "put:/apps/demo", first);
    let capabilities = &story.state.capabilities;
    let wanted: Scope = "put:/apps/demo/x".parse().unwrap();
    assert_eq!(capabilities.effective(process(2), &wanted, Time(0)), Some(second));
    assert_eq!(capabilities.effective(process(2), &"put:/apps".parse().unwrap(), Time(0)), None);
    assert!(capabilities.descends(second, first) && !capabilities.descends(first, first));
    story.add(operator(), Event::CapabilityRevoked(CapabilityRevoked { grant: first }));
    assert_eq!(story.state.capabilities.effective(process(2), &wanted, Time(0)), None);
    assert_eq!(story.state.capabilities.grants().count(), 1);
}

#[test]
fn a_right_is_the_intersection_of_its_chain_and_ends_with_its_first_expiry() {
    let mut story = Story::begin();
    story.spawn(1);
    let mut give = |scope: &str, parent, expires| {
        let event = CapabilityGranted {
            holder: process(1),
            grant: Grant { expires, ..grant(scope, parent) },
        };
        GrantId { seq: story.add(operator(), Event::CapabilityGranted(event)), index: 0 }
    };
    let narrow = give("publish:a/#", GrantId::ROOT, Some(Time(10)));
    let wider = give("publish:#", narrow, None);
    let effective = |scope: &str, now| {
        story
            .state
            .capabilities
            .effective_all(process(1), &scope.parse().unwrap(), Time(now))
            .collect::<Vec<_>>()
    };
    assert_eq!(effective("publish:a/b", 9), [narrow, wider]);
    assert_eq!(effective("publish:b", 9), []);
    assert_eq!(effective("publish:a/b", 10), []);
}
