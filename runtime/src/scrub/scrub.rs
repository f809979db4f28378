//! The thread that scrubs.

use super::{Findings, Scrubbed};
use crate::Error;
use crate::snapshot::{self, Permission};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use weft_ledger::storage::Storage;
use weft_ledger::{Entry, Log, OpenOptions};

/// Reads a log in the background, from record 0 to where opening began. Dropping it stops it.
///
/// It reads as `weft chain verify` does, on one core. Damage is told, and the snapshots are removed: so
/// the next opening reads everything and refuses, with the same place.
#[derive(Debug)]
pub struct Scrub {
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    findings: Findings,
}

impl Scrub {
    /// Starts to read the first `records` records of the log in `storage`; none are read at once. When
    /// one is damaged the permission to take snapshots is withdrawn.
    ///
    /// # Errors
    /// [`Error::Thread`] when the operating system gives no thread.
    pub fn start<S: Storage>(
        storage: S,
        records: u64,
        permission: Option<Permission>,
    ) -> Result<Scrub, Error> {
        let stop = Arc::new(AtomicBool::new(false));
        let findings = Findings::of(records);
        let thread = match records {
            0 => None,
            records => {
                let (stop, findings) = (stop.clone(), findings.clone());
                let run = move || {
                    let found = read(&storage, records, &stop, &findings);
                    if let Scrubbed::Damaged { .. } = found {
                        distrust(&storage, permission.as_ref());
                    }
                    findings.end(found);
                };
                let named = thread::Builder::new().name("weft-scrub".to_owned());
                Some(named.spawn(run).map_err(Error::Thread)?)
            }
        };
        Ok(Scrub { thread, stop, findings })
    }

    /// How far it is.
    pub fn findings(&self) -> Findings {
        self.findings.clone()
    }

    /// Waits until all of it was read; for who has nothing else to do.
    pub fn wait(&mut self) -> Scrubbed {
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        self.findings.now()
    }
}

impl Drop for Scrub {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wait();
    }
}

fn read<S: Storage>(storage: &S, records: u64, stop: &AtomicBool, findings: &Findings) -> Scrubbed {
    let mut visit = |entry: &Entry<'_>| {
        findings.advance();
        let done = entry.header.seq + 1 >= records;
        if done || stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    // A reader makes no segment, so it needs no nonce.
    let nonces = Box::new(|| [0; 16]);
    let options = OpenOptions { threads: 1, ..OpenOptions::read_only() };
    match Log::open(storage.clone(), options, nonces, &mut visit) {
        Ok(_) => Scrubbed::Clean { read: records },
        Err(weft_ledger::Error::Stopped { seq }) if seq + 1 >= records => {
            tracing::info!(records, "every record before the snapshot is as it was written");
            Scrubbed::Clean { read: records }
        }
        Err(weft_ledger::Error::Stopped { seq }) => {
            Scrubbed::Ended { error: format!("stopped after record {seq}") }
        }
        Err(error @ weft_ledger::Error::Io { .. }) => {
            tracing::error!(%error, "the log cannot be read");
            Scrubbed::Ended { error: error.to_string() }
        }
        Err(error) => {
            tracing::error!(%error, "the log is damaged; no snapshot is used any more");
            Scrubbed::Damaged { error: error.to_string() }
        }
    }
}

/// Takes care that the next opening reads everything.
fn distrust<S: Storage>(storage: &S, permission: Option<&Permission>) {
    if let Some(permission) = permission {
        permission.withdraw();
    }
    if let Err(error) = snapshot::remove_all(storage) {
        tracing::error!(%error, "the snapshots are still there");
    }
}
