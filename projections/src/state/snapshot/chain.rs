//! What the log says about itself.

use imbl::{OrdMap, OrdSet};
use rkyv::{Archive, Archived, Serialize};

use super::Error;
use super::check::{Ascending, ensure, limited};
use crate::limits::{LOG_KEYS_MAX, REDACTIONS_MAX};
use crate::state::{Chain, Claim, Governance};
use crate::{Digest, Seq};

#[derive(Archive, Serialize)]
pub(super) struct StoredChain {
    keys: Vec<StoredKey>,
    copied: Option<u64>,
    redacted: Vec<u64>,
    redacted_total: u64,
    last_snapshot: Option<StoredClaim>,
}

#[derive(Archive, Serialize)]
struct StoredKey {
    seq: u64,
    key: [u8; 32],
}

#[derive(Archive, Serialize)]
struct StoredClaim {
    seq: u64,
    state_version: u32,
    root: [u8; 32],
}

impl StoredChain {
    pub(super) fn of(chain: &Chain) -> Self {
        let Chain { keys, copied, redacted, redacted_total, last_snapshot } = chain;
        let key = |(seq, key): (&Seq, &Digest)| StoredKey { seq: seq.0, key: key.0 };
        let claim = |Claim { seq, state_version, root }: Claim| StoredClaim {
            seq: seq.0,
            state_version,
            root: root.0,
        };
        Self {
            keys: keys.iter().map(key).collect(),
            copied: copied.map(|seq| seq.0),
            redacted: redacted.iter().map(|seq| seq.0).collect(),
            redacted_total: *redacted_total,
            last_snapshot: last_snapshot.map(claim),
        }
    }
}

impl ArchivedStoredChain {
    pub(super) fn restore(&self, governance: &Governance) -> Result<Chain, Error> {
        let Self { keys, copied, redacted, redacted_total, last_snapshot } = self;
        let claim =
            |ArchivedStoredClaim { seq, state_version, root }: &ArchivedStoredClaim| Claim {
                seq: Seq(seq.to_native()),
                state_version: state_version.to_native(),
                root: Digest(*root),
            };
        let chain = Chain {
            keys: keys_of(keys)?,
            copied: copied.as_ref().map(|seq| Seq(seq.to_native())),
            redacted: redacted_of(redacted)?,
            redacted_total: redacted_total.to_native(),
            last_snapshot: last_snapshot.as_ref().map(claim),
        };
        let has_key = !chain.keys.is_empty();
        ensure(has_key == governance.is_founded(), "log key", "none of a genesis, or of none")?;
        ensure(has_key || chain.copied.is_none(), "fork", "before genesis")?;
        let counted = chain.redacted.len() as u64 <= chain.redacted_total;
        ensure(counted, "redactions", "more than were counted").map(|()| chain)
    }
}

fn keys_of(keys: &[ArchivedStoredKey]) -> Result<OrdMap<Seq, Digest>, Error> {
    limited("keys of the log", keys.len(), LOG_KEYS_MAX)?;
    let mut ascending = Ascending::new("keys of the log");
    let key = |ArchivedStoredKey { seq, key }: &ArchivedStoredKey| {
        let seq = Seq(seq.to_native());
        ascending.next(&seq).map(|()| (seq, Digest(*key)))
    };
    keys.iter().map(key).collect()
}

fn redacted_of(redacted: &[Archived<u64>]) -> Result<OrdSet<Seq>, Error> {
    limited("redactions", redacted.len(), REDACTIONS_MAX)?;
    let mut ascending = Ascending::new("redactions");
    let seq = |seq: &Archived<u64>| {
        let seq = Seq(seq.to_native());
        ascending.next(&seq).map(|()| seq)
    };
    redacted.iter().map(seq).collect()
}
