//! What a kernel does aside: it signs checkpoints, takes snapshots, and keeps what can be lost.

use super::dice::Dice;
use std::time::Duration;
use weft_ledger::Signer;
use weft_ledger::storage::{Memory, Storage as _};
use weft_projections::Seq;
use weft_runtime::snapshot::Policy;
use weft_runtime::{Error, Kernel, Sim};

const LOG_SEED: [u8; 32] = [1; 32];
const ORIGIN: &str = "weft.test/storm";

/// Snapshots after few records, so that most openings begin with one.
const POLICY: Policy =
    Policy { running_records_min: 8, closing_records_min: 3, interval: Duration::ZERO };

/// The key that signs the log.
pub(crate) fn log_key() -> [u8; 32] {
    Signer::new(ORIGIN, &LOG_SEED).unwrap().key().public_key()
}

/// The kernel, which signs and takes snapshots from now on.
pub(crate) fn started(
    mut kernel: Kernel<Sim, usize>,
    snapshot: Option<Seq>,
) -> Result<Kernel<Sim, usize>, Error> {
    let log_id = kernel.reader().read(0)?.expect("a log has a first record").link.to_string();
    kernel.sign_checkpoints(&format!("{ORIGIN}/{}", &log_id[..16]), &LOG_SEED)?;
    kernel.take_snapshots(POLICY, snapshot);
    Ok(kernel)
}

/// Removes some of the files that can be made again; how many.
pub(crate) fn lose_derived(dice: &mut Dice, memory: &Memory) -> u64 {
    let folders = ["index/", "snapshots/", "tile/"];
    let derived = |path: &String| folders.iter().any(|folder| path.starts_with(folder));
    let mut lost = 0;
    for path in memory.paths().into_iter().filter(derived) {
        if dice.one_in(2) && memory.remove(&path).is_ok() {
            lost += 1;
        }
    }
    lost
}

/// What is derived may be damaged at any moment, and no answer changes.
pub(crate) fn flip_in_the_index(dice: &mut Dice, memory: &Memory) {
    let paths = memory.paths();
    let files: Vec<String> = paths.into_iter().filter(|path| path.starts_with("index/")).collect();
    if files.is_empty() {
        return;
    }
    let path = dice.pick(&files);
    let len = memory.read(path).unwrap_or_default().len() as u64;
    if len > 0 {
        memory.flip(path, dice.number() % len, 1 << dice.below(8));
    }
}
