//! The story, from the empty folder to the flipped bit.

use super::evidence::{self, Evidence};
use super::interrupt::Interrupt;
use super::names::Role;
use super::place::Place;
use super::programs::Programs;
use super::stages::{self, Lived};
use super::story::{Agent, Chain, Check, Crash, Once, Story};
use super::survey::Survey;
use super::{Error, found, state, tampering};
use std::path::Path;
use std::time::Instant;
use weft_ledger::storage::Files;
use weft_ledger::{Hashing, VerifyOptions, verify};
use weft_projections::{Seq, State};
use weft_runtime::node::Layout;

/// Lives the story on a new node at `place` over the files of `survey`, and reads it back from the log.
///
/// # Errors
/// Whatever keeps the story from its end; [`Error::NotOnce`] when the log shows that something was lost or
/// happened twice.
pub(crate) fn run(place: &Place, survey: Survey, interrupt: &Interrupt) -> Result<Story, Error> {
    let begun = Instant::now();
    let programs = Programs::new(&survey, place.temporary())?;
    let layout = Layout::new(place.data_dir());
    let lived = stages::live(&layout, &survey, &programs, interrupt)?;
    let mut story = tell(place, survey, &programs, &lived)?;
    story.took_ms = elapsed_ms(begun);
    interrupt.check()?;
    Ok(story)
}

fn tell(place: &Place, survey: Survey, programs: &Programs, lived: &Lived) -> Result<Story, Error> {
    let data_dir = place.data_dir();
    let evidence = Evidence::read(data_dir)?;
    let once = evidence.once();
    complete(&once)?;
    let (booted, at_kill) = evidence.at_kill()?;
    let report = evidence.report()?;
    Ok(Story {
        folder: survey.folder.display().to_string(),
        data_dir: None,
        files: survey.files.len() as u64,
        bytes: survey.bytes(),
        skipped: survey.skipped,
        agents: agents(programs)?,
        denial: evidence.denial()?,
        fall: evidence.fall(lived.victim)?,
        crash: crash(lived, booted, &at_kill, evidence.handed_out_before(booted)),
        processes: evidence::processes(evidence.state()),
        totals: found::totals(&report),
        links: found::linked(&report),
        report,
        once,
        records: evidence.records()?,
        chain: chain(data_dir)?,
        processes_at_kill: evidence::processes(&at_kill),
        tampering: tampering::flip(data_dir, place.temporary(), &evidence.denied()?)?,
        took_ms: 0,
    })
}

fn complete(once: &Once) -> Result<(), Error> {
    if once.lost.is_empty() && once.twice.is_empty() {
        return Ok(());
    }
    Err(Error::NotOnce { lost: once.lost.len(), twice: once.twice.len() })
}

fn agents(programs: &Programs) -> Result<Vec<Agent>, Error> {
    let agent = |role: Role| {
        Ok(Agent {
            name: role.text(),
            program: programs.language(role),
            job: role.job(),
            may: programs.grants(role)?.iter().map(ToString::to_string).collect(),
        })
    };
    Role::ALL.into_iter().map(agent).collect()
}

fn crash(lived: &Lived, booted: Seq, at_kill: &State, handed_out: u64) -> Crash {
    let running = at_kill.process_table.rows().filter(|row| row.state.is_live());
    Crash {
        signal: lived.killed.signal,
        processes: lived.killed.processes,
        last_seq: booted.0.saturating_sub(1),
        handed_out,
        reported: state::reported(at_kill) as u64,
        waiting: Role::ALL.into_iter().map(|role| state::waiting(at_kill, role)).sum(),
        booted_seq: booted.0,
        restarted: running.count() as u64,
        repeated: lived.repeated,
    }
}

fn chain(data_dir: &Path) -> Result<Chain, Error> {
    let mut checks = Vec::new();
    let mut last = None;
    for (name, hashing) in [("shake", Hashing::Shake), ("tiny-keccak", Hashing::TinyKeccak)] {
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
