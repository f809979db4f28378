//! Who may do what.

use rkyv::{Archive, Serialize};
use std::collections::BTreeMap;

use super::Error;
use super::check::{Ascending, ensure, limited};
use super::parts::{ArchivedStoredGrantId, StoredGrantId, actor, text};
use crate::events::Grant;
use crate::limits::{DERIVATION_DEPTH_MAX, GRANTS_PER_HOLDER_MAX};
use crate::state::{Capabilities, Held, ProcessTable};
use crate::{Actor, GrantId, Time};

#[derive(Archive, Serialize)]
pub(super) struct StoredCapabilities {
    grants: Vec<StoredGrant>,
}

#[derive(Archive, Serialize)]
struct StoredGrant {
    id: StoredGrantId,
    holder: u64,
    scope: String,
    parent: Option<StoredGrantId>,
    expires: Option<u64>,
    delegable: bool,
}

impl StoredCapabilities {
    pub(super) fn of(capabilities: &Capabilities) -> Self {
        let Capabilities { grants, by_holder: _, children: _ } = capabilities;
        Self { grants: grants.iter().map(|(id, held)| StoredGrant::of(*id, held)).collect() }
    }
}

impl StoredGrant {
    fn of(id: GrantId, held: &Held) -> Self {
        let Held { holder, grant, depth: _ } = held;
        let Grant { scope, parent, expires, delegable } = grant;
        Self {
            id: StoredGrantId::of(id),
            holder: holder.to_u64(),
            scope: scope.to_string(),
            parent: parent.map(StoredGrantId::of),
            expires: expires.map(|expires| expires.0),
            delegable: *delegable,
        }
    }
}

impl ArchivedStoredCapabilities {
    /// The grants, held by processes in a table and others.
    pub(super) fn restore(&self, table: &ProcessTable) -> Result<Capabilities, Error> {
        let Self { grants } = self;
        let mut ascending = Ascending::new("grants");
        let mut read = BTreeMap::new();
        for grant in grants.iter() {
            let (id, holder, grant) = grant.restore()?;
            ascending.next(&id)?;
            let is_there = holder.pid().is_none_or(|pid| table.live(pid).is_some());
            ensure(is_there, "grant", "its holder is gone")?;
            read.insert(id, (holder, grant));
        }
        let mut capabilities = Capabilities::default();
        for (id, (holder, grant)) in &read {
            let held = Held { holder: *holder, grant: grant.clone(), depth: depth(&read, grant)? };
            capabilities.add(*id, held);
            let held_len = capabilities.held_len(*holder);
            limited("grants of a holder", held_len, GRANTS_PER_HOLDER_MAX)?;
        }
        Ok(capabilities)
    }
}

/// How many grants a grant derives from. A circle has no end, and so passes the limit.
fn depth(read: &BTreeMap<GrantId, (Actor, Grant)>, grant: &Grant) -> Result<u8, Error> {
    let (mut depth, mut next) = (0, grant.parent);
    while let Some(parent) = next {
        ensure(depth < DERIVATION_DEPTH_MAX, "grant", "derived from too many others")?;
        let parent = read.get(&parent).map(|(_, grant)| grant);
        next = parent.ok_or_else(|| Error::impossible("grant", "its parent is gone"))?.parent;
        depth += 1;
    }
    Ok(depth)
}

impl ArchivedStoredGrant {
    fn restore(&self) -> Result<(GrantId, Actor, Grant), Error> {
        let Self { id, holder, scope, parent, expires, delegable } = self;
        let grant = Grant {
            scope: text("grant", scope)?,
            parent: parent.as_ref().map(ArchivedStoredGrantId::restore),
            expires: expires.as_ref().map(|expires| Time(expires.to_native())),
            delegable: *delegable,
        };
        Ok((id.restore(), actor("grant", holder.to_native())?, grant))
    }
}
