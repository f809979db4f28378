//! The story, from the empty folder to the flipped bit.

use super::child::KernelProcess;
use super::evidence::{self, Evidence};
use super::protocol::Allowance;
use super::story::{Chain, Check, Crash, Once, Reported, Story};
use super::survey::Survey;
use super::{Counts, Error, message::Measured, stage, state, tampering};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Instant;
use weft_ledger::storage::Files;
use weft_ledger::{Hashing, VerifyOptions, verify};
use weft_projections::{Seq, State};

/// Lives the story on a new node in `data_dir` over the files of `survey`, and reads it back from the log.
///
/// # Errors
/// Whatever keeps the story from its end; [`Error::NotOnce`] when the log shows that something was lost or
/// happened twice.
pub(crate) fn run(data_dir: &Path, survey: Survey) -> Result<Story, Error> {
    let begun = Instant::now();
    stage::set(data_dir, &survey)?;
    let killed = killed_in_the_middle(data_dir, &survey)?;
    let mut child = KernelProcess::start(data_dir, &survey.folder)?;
    child.allow(Allowance::All)?;
    let repeated = child.finish()?;

    let evidence = Evidence::read(data_dir)?;
    let once = evidence.once();
    complete(&once)?;
    let (booted, at_kill) = evidence.at_kill()?;
    let report = evidence.report()?;
    let tampering = tampering::flip(data_dir, &evidence.denied()?)?;
    Ok(Story {
        folder: survey.folder.display().to_string(),
        data_dir: None,
        files: survey.files.len() as u64,
        bytes: survey.bytes(),
        denial: evidence.denial()?,
        crash: crash(killed, booted, &at_kill, evidence.handed_out_before(booted), repeated),
        processes: evidence::processes(evidence.state()),
        totals: totals(&report),
        report,
        once,
        records: evidence.records()?,
        chain: chain(data_dir)?,
        processes_at_kill: evidence::processes(&at_kill),
        tampering,
        skipped: survey.skipped,
        took_ms: elapsed_ms(begun),
    })
}

/// Lets the agents come half of the way, and kills the process that runs them and the kernel.
fn killed_in_the_middle(data_dir: &Path, survey: &Survey) -> Result<ExitStatus, Error> {
    let files = survey.files.len() as u64;
    let mut child = KernelProcess::start(data_dir, &survey.folder)?;
    child.allow(Allowance::half(files))?;
    child.wait_for_reports(files.div_ceil(2))?;
    child.kill()
}

fn complete(once: &Once) -> Result<(), Error> {
    if once.lost.is_empty() && once.twice.is_empty() {
        return Ok(());
    }
    Err(Error::NotOnce { lost: once.lost.len(), twice: once.twice.len() })
}

fn crash(
    killed: ExitStatus,
    booted: Seq,
    at_kill: &State,
    handed_out: u64,
    repeated: u64,
) -> Crash {
    let running = at_kill.process_table.rows().filter(|row| row.state.is_live());
    Crash {
        signal: killed.signal().unwrap_or_default(),
        last_seq: booted.0.saturating_sub(1),
        handed_out,
        reported: state::reported(at_kill) as u64,
        waiting: state::waiting(at_kill) as u64,
        booted_seq: booted.0,
        restarted: running.count() as u64,
        repeated,
    }
}

fn totals(report: &[Reported]) -> Counts {
    let counted = report.iter().map(|line| match &line.measured {
        Measured::Counted(counts) => *counts,
        Measured::Unreadable { .. } => Counts::default(),
    });
    counted.fold(Counts::default(), |one, two| one + two)
}

fn chain(data_dir: &Path) -> Result<Chain, Error> {
    let mut checks = Vec::new();
    let mut last = None;
    for (name, hashing) in [("shake", Hashing::Shake), ("sha3", Hashing::Sha3)] {
        let begun = Instant::now();
        let options = VerifyOptions { hashing, ..VerifyOptions::default() };
        let report = verify(&Files::new(data_dir), options, &mut |_, _| ())
            .map_err(weft_runtime::Error::from)?;
        checks.push(Check { hasher: name, records: report.head.size, took_ms: elapsed_ms(begun) });
        last = Some(report);
    }
    let report = last.ok_or(Error::Untold("verification"))?;
    Ok(Chain {
        log_id: report.log_id.to_string(),
        size: report.head.size,
        link: report.head.link.to_string(),
        checks,
    })
}

fn elapsed_ms(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
