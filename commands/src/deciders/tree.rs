//! `tree.*`: the resource tree.

use weft_projections::{
    MetaKey, TreePath,
    events::{Event, ResourceRemoved, ResourceStored},
    limits::{META_KEYS_MAX, RESOURCES_MAX},
    state::ResourceTree,
};

use crate::{
    Limited, Rejection,
    deciders::dispatch::Case,
    requests::tree::{Put, Remove},
};

pub(super) fn put(case: &Case<'_>, request: &Put) -> Result<Event, Rejection> {
    let Put { path, kind, meta_keys } = request.clone();
    is_free(&path)?;
    Limited::MetaKeys.check(meta_keys.len(), META_KEYS_MAX)?;
    ascending(&meta_keys)?;
    let tree = &case.state.resource_tree;
    let resources = tree.len() + tree.missing_len(&path);
    Limited::Resources.check(resources, RESOURCES_MAX)?;
    Ok(Event::ResourceStored(ResourceStored { path, kind, meta_keys }))
}

pub(super) fn remove(case: &Case<'_>, request: &Remove) -> Result<Event, Rejection> {
    let path = request.path.clone();
    is_free(&path)?;
    if case.state.resource_tree.get(&path).is_none() {
        return Err(Rejection::NotFound { path });
    }
    if !request.recursive && case.state.resource_tree.has_children(&path) {
        return Err(Rejection::HasChildren { path });
    }
    Ok(Event::ResourceRemoved(ResourceRemoved { path }))
}

/// Refuses the paths that only the kernel writes, and the place of all apps, which genesis made.
fn is_free(path: &TreePath) -> Result<(), Rejection> {
    if ResourceTree::is_reserved(path) || path.as_str() == "/apps" {
        return Err(Rejection::ReservedPath { path: path.clone() });
    }
    Ok(())
}

fn ascending(keys: &[MetaKey]) -> Result<(), Rejection> {
    let misplaced = keys.iter().zip(keys.iter().skip(1)).find(|(before, key)| before >= key);
    match misplaced {
        Some((_, key)) => Err(Rejection::MetaKeysUnordered { key: key.clone() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        PayloadInfo, Submission,
        testing::{OPERATOR, Then, World, check, check_in, put, remove, remove_all, spawn, submit},
    };
    use weft_projections::Digest;

    #[test]
    fn a_resource_is_stored_and_replaced() {
        let stored = ResourceStored {
            path: "/docs/a".parse().unwrap(),
            kind: "file".parse().unwrap(),
            meta_keys: vec!["digest".parse().unwrap(), "size".parse().unwrap()],
        };
        let when = (OPERATOR, put("/docs/a", &["digest", "size"]));
        check(&[], when.clone(), &Then::Event(Event::ResourceStored(stored.clone())));
        check(
            std::slice::from_ref(&when),
            when.clone(),
            &Then::Event(Event::ResourceStored(stored)),
        );
    }

    #[test]
    fn metadata_keys_ascend_and_there_are_64() {
        let unordered = |keys: &[&str], key| {
            let rejected =
                format!("meta_keys_unordered: metadata key {key} is out of order or there twice");
            check(&[], (OPERATOR, put("/docs/a", keys)), &Then::Rejected(&rejected));
        };
        unordered(&["b", "a"], "a");
        unordered(&["a", "b", "b"], "b");
        let keys: Vec<String> = (100..165).map(|number| number.to_string()).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        check(&[], (OPERATOR, put("/docs/a", &keys[..64])), &Then::Happens("resource.stored"));
        let rejected = Then::Rejected("limit: limit of metadata keys of a resource reached: 64");
        check(&[], (OPERATOR, put("/docs/a", &keys)), &rejected);
    }

    #[test]
    fn there_are_1000000_resources_parents_and_processes_included() {
        let mut world = World::new();
        fill(&mut world, RESOURCES_MAX - 1);
        let puts = |path| submit(OPERATOR, put(path, &[]));
        let spawns = submit(OPERATOR, spawn("a", &[]));
        let rejected = Then::Rejected("limit: limit of resources reached: 1000000");
        check_in(&world, &puts("/parent/last"), &rejected);
        check_in(&world, &spawns, &Then::Happens("process.spawned"));
        check_in(&world, &puts("/last"), &Then::Happens("resource.stored"));
        world.run(&puts("/last"));
        check_in(&world, &puts("/x"), &rejected);
        check_in(&world, &spawns, &rejected);
        check_in(&world, &puts("/last"), &Then::Happens("resource.stored"));
    }

    #[test]
    fn a_payload_comes_with_metadata_keys_and_only_with_them() {
        let with = |keys: &[&str], len: Option<u32>, then: &Then<'_>| {
            let payload = len.map(|len| PayloadInfo { commit: Digest([9; 32]), len });
            let submission = Submission { payload, ..submit(OPERATOR, put("/docs/a", keys)) };
            check_in(&World::new(), &submission, then);
        };
        with(&[], None, &Then::Happens("resource.stored"));
        with(&["a"], Some(1024 * 1024), &Then::Happens("resource.stored"));
        with(&["a"], None, &Then::Rejected("payload_missing: tree.put needs a payload"));
        let unexpected = "payload_unexpected: tree.put takes no payload here, 3 bytes came with it";
        with(&[], Some(3), &Then::Rejected(unexpected));
        let long = "payload_too_long: payload of 1048577 bytes, at most 1048576 allowed";
        with(&["a"], Some(1024 * 1024 + 1), &Then::Rejected(long));
    }

    #[test]
    fn the_kernels_paths_are_reserved() {
        for path in ["/", "/kernel", "/kernel/x", "/network/peers/x", "/environments", "/apps"] {
            let rejected = format!("reserved_path: path {path} is reserved");
            check(&[], (OPERATOR, put(path, &[])), &Then::Rejected(&rejected));
            check(&[], (OPERATOR, remove(path)), &Then::Rejected(&rejected));
            check(&[], (OPERATOR, remove_all(path)), &Then::Rejected(&rejected));
        }
        for path in ["/kernels", "/apps/x", "/networks/a"] {
            check(&[], (OPERATOR, put(path, &[])), &Then::Happens("resource.stored"));
        }
    }

    #[test]
    fn a_resource_with_children_goes_only_with_them() {
        let given = [(OPERATOR, put("/docs/a", &[])), (OPERATOR, put("/docs/a/b", &[]))];
        let has_children = Then::Rejected("has_children: there are resources below /docs/a");
        check(&given, (OPERATOR, remove("/docs/a")), &has_children);
        let event = ResourceRemoved { path: "/docs/a".parse().unwrap() };
        check(
            &given,
            (OPERATOR, remove_all("/docs/a")),
            &Then::Event(Event::ResourceRemoved(event)),
        );
        check(&given, (OPERATOR, remove("/docs/a/b")), &Then::Happens("resource.removed"));
        let not_found = Then::Rejected("not_found: no resource /docs/c");
        check(&given, (OPERATOR, remove_all("/docs/c")), &not_found);
    }

    /// Stores resources until there are so many, each with parents of its own: hashing a million children of one parent takes longer.
    fn fill(world: &mut World, resources: usize) {
        while world.state.resource_tree.len() < resources {
            let missing = resources - world.state.resource_tree.len();
            let below = "/a".repeat(missing.min(32) - 1);
            world.accept(&(OPERATOR, put(&format!("/{missing}{below}"), &[])));
        }
    }
}
