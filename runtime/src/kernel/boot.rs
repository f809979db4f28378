//! Starting and stopping on the chain.

use crate::Error;
use crate::kernel::{Kernel, Receipt, Request};
use crate::platform::Platform;
use crate::snapshot::{Claim, Header};
use weft_commands::requests::{kernel, process};
use weft_commands::{Command, GATE_VERSION};
use weft_projections::events::Outcome;
use weft_projections::state::RunState;
use weft_projections::{Actor, STATE_VERSION, Seq};

/// Lost processes that one sync reports.
const LOST_IN_A_BATCH: usize = 1_024;

/// Records that the kernel runs, and that every process it finds running is lost: whatever ran it
/// is gone. What policy restarts goes back to Starting under its next generation.
///
/// # Errors
/// [`Error::Refused`] when a command is not recorded, [`Error::Ledger`] when the disk fails.
pub fn boot<P: Platform>(node: &mut Kernel<P, ()>) -> Result<Receipt, Error> {
    let command = kernel::Boot { gate_version: GATE_VERSION, state_version: STATE_VERSION };
    let receipt = node.execute_as_kernel(Command::Boot(command), None)?;
    let lost = abandoned(node);
    for batch in lost.chunks(LOST_IN_A_BATCH) {
        report_lost(node, batch, receipt.seq)?;
    }
    Ok(receipt)
}

/// Records what the snapshot that opening began with says of State, unless a record says it already.
///
/// # Errors
/// [`Error::Refused`] when the command is not recorded, [`Error::Ledger`] when the disk fails.
pub fn claim<P: Platform>(
    node: &mut Kernel<P, ()>,
    snapshot: Option<&Header>,
) -> Result<Option<Receipt>, Error> {
    let claimed = node.state().chain.last_snapshot().map(|claim| claim.seq);
    let Some(found) = snapshot.map(Header::claim).filter(|found| claimed < Some(found.seq)) else {
        return Ok(None);
    };
    let Claim { seq, root } = found;
    let claim = kernel::Snapshot { seq, state_version: STATE_VERSION, root };
    node.execute_as_kernel(Command::Snapshot(claim), None).map(Some)
}

/// Records that the kernel stops.
///
/// # Errors
/// [`Error::Refused`] when the command is not recorded, [`Error::Ledger`] when the disk fails.
pub fn shutdown<P: Platform>(
    node: &mut Kernel<P, ()>,
    cause: Option<Seq>,
) -> Result<Receipt, Error> {
    node.execute_as_kernel(Command::Shutdown(kernel::Shutdown {}), cause)
}

fn report_lost<P: Platform>(
    node: &mut Kernel<P, ()>,
    lost: &[process::Exited],
    cause: Seq,
) -> Result<(), Error> {
    for exited in lost {
        let id = node.fresh_id()?;
        let request = Request::new(Actor::Kernel, id, Command::Exited(exited.clone()));
        node.submit(request.caused_by(cause), ());
    }
    let Some(batch) = node.take_batch() else { return Ok(()) };
    for ((), answer) in node.commit(batch)? {
        answer?;
    }
    Ok(())
}

fn abandoned<P: Platform>(node: &Kernel<P, ()>) -> Vec<process::Exited> {
    let rows = node.state().process_table.rows();
    rows.filter(|row| matches!(row.state, RunState::Running | RunState::Stopping))
        .map(|row| process::Exited {
            pid: row.pid,
            generation: row.generation,
            outcome: Outcome::Lost,
        })
        .collect()
}
