//! Making a node: all of it, or nothing.

use super::cradle::Cradle;
use super::folders::{refuse_occupied, sync_folder};
use super::{Keys, Layout};
use crate::kernel::{Genesis, Kernel, RecordView, Refused, view};
use crate::platform::{Native, Platform, Sim, SimClock};
use crate::{Error, Inspection, Receipt, Rehearsal};
use weft_commands::requests::log;
use weft_commands::{Command, CommandId};
use weft_ledger::limits::Limits;
use weft_ledger::storage::Memory;

/// The origin line of a node that was not given one.
pub const DEFAULT_ORIGIN: &str = "weft.local/node";

/// What a new node is to be.
#[derive(Debug, Clone)]
pub struct Birth {
    /// The origin of its checkpoints (C2SP tlog-checkpoint): no white space, no '+'.
    pub origin: String,
    /// The constitution's text, at most 48 KiB.
    pub constitution: String,
    /// The id of its genesis record; a fresh one without.
    pub command_id: Option<CommandId>,
}

/// Makes the node of `layout`: keys, lock, and a log with its genesis record.
///
/// Everything is written and synced in a sibling folder, which is then renamed, so an interrupted
/// birth leaves no half-made node behind. The node that was born under the id of `birth`, from the same origin
/// and constitution, is left as it is: its stored receipt is the answer.
///
/// # Errors
/// [`Error::NotEmpty`] when the data directory holds anything else; [`Error::Refused`] when the node there was
/// born under this id from another origin or constitution; [`Error::Genesis`] when the constitution or the
/// origin is not acceptable; [`Error::Files`] and [`Error::Ledger`] when the disk fails.
pub fn init(layout: &Layout, birth: Birth) -> Result<Receipt, Error> {
    // A birth that is refused does not even leave the folders above the node behind.
    if let Rehearsal::Repeated(receipt) = rehearse(layout, &birth)? {
        return Ok(receipt);
    }
    let target = layout.data_dir();
    let cradle = Cradle::new(target, "init")?;
    let receipt = bear(&Layout::new(cradle.path()), birth)?;
    cradle.become_node(target)?;
    Ok(receipt)
}

/// What [`init`] would come to: the same log is born in memory, with keys that nobody keeps and that stand in
/// the events. Nothing is written. What only writing finds out (missing permissions, a full disk) is not foreseen.
///
/// # Errors
/// As [`init`], but for those of the disk.
pub fn rehearse(layout: &Layout, birth: &Birth) -> Result<Rehearsal, Error> {
    if let Some(receipt) = earlier(layout, birth)? {
        return Ok(Rehearsal::Repeated(receipt));
    }
    refuse_occupied(layout.data_dir())?;
    let clock = SimClock::at(Native::new(layout.data_dir()).unix_ms());
    let mut platform = Sim::new(Memory::new(), clock, 0);
    let (_, genesis) = conceive(&mut platform, birth.clone())?;
    let (kernel, receipt) =
        Kernel::<_, ()>::create_as(platform, genesis, birth.command_id, Limits::default())?;
    let entry = kernel.reader().read(receipt.seq.0)?.ok_or(weft_ledger::Error::Missing)?;
    Ok(Rehearsal::Ruled { ruling: receipt.ruling, events: view(&entry)?.record.events })
}

/// The receipt of the node that is there, if it was born under the id of `birth`.
fn earlier(layout: &Layout, birth: &Birth) -> Result<Option<Receipt>, Error> {
    born_as(layout, birth.command_id, |genesis| {
        genesis.origin == birth.origin
            && genesis.constitution == birth.constitution
            && genesis.fork.is_none()
    })
}

/// The receipt of the node that is there, if it was born under an id, from what is `same`.
///
/// # Errors
/// [`Error::Refused`] when it was born under this id from something else.
pub(super) fn born_as(
    layout: &Layout,
    id: Option<CommandId>,
    same: impl Fn(&log::Genesis) -> bool,
) -> Result<Option<Receipt>, Error> {
    let Some(id) = id.filter(|_| layout.log().exists()) else { return Ok(None) };
    let inspection = Inspection::open(&Native::new(layout.data_dir()))?;
    let entry = inspection.reader().read(0)?.ok_or(weft_ledger::Error::Missing)?;
    let RecordView { record, command_id, link, command, ruling, .. } = view(&entry)?;
    if command_id != id.to_bytes() {
        return Ok(None);
    }
    if !matches!(&command, Command::Genesis(genesis) if same(genesis)) {
        return Err(Refused::Conflict(record.seq).into());
    }
    Ok(Some(Receipt {
        seq: record.seq,
        link,
        time: record.time,
        ruling,
        duplicate: true,
        payload_erased: false,
    }))
}

fn bear(layout: &Layout, birth: Birth) -> Result<Receipt, Error> {
    let mut platform = Native::new(layout.data_dir());
    let id = birth.command_id;
    let (keys, genesis) = conceive(&mut platform, birth)?;
    keys.store(layout)?;
    let (kernel, receipt) = Kernel::<_, ()>::create_as(platform, genesis, id, Limits::default())?;
    kernel.close()?;
    sync_folder(layout.data_dir())?;
    Ok(receipt)
}

/// Fresh keys, and the genesis record that names them.
pub(super) fn conceive(
    platform: &mut impl Platform,
    birth: Birth,
) -> Result<(Keys, Genesis), Error> {
    let (mut log_seed, mut operator_seed, mut entropy) = ([0; 32], [0; 32], [0; 32]);
    for bytes in [&mut log_seed, &mut operator_seed, &mut entropy] {
        platform.fill_entropy(bytes)?;
    }
    let keys = Keys::from_seeds(&log_seed, &operator_seed);
    let genesis = Genesis {
        origin: birth.origin,
        constitution: birth.constitution,
        log_key: keys.log_public(),
        operator_key: keys.operator_public(),
        entropy,
    };
    Ok((keys, genesis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn birth() -> Birth {
        let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
        Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None }
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_folders_above_a_node_are_made() {
        let folder = tempfile::tempdir().unwrap();
        init(&Layout::new(folder.path().join("f/g/node")), birth()).unwrap();
        assert_eq!(names(&folder.path().join("f/g")), ["node"]);
    }

    #[test]
    fn a_birth_that_fails_leaves_no_cradle() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("node");
        let cradle = Cradle::new(&target, "init").unwrap();
        fs::write(cradle.path().join("keys"), "in the way").unwrap();
        assert!(matches!(bear(&Layout::new(cradle.path()), birth()), Err(Error::Key { .. })));
        drop(cradle);
        assert!(names(folder.path()).is_empty());
    }
}
