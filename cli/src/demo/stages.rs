//! What happens, in its order: everything up to the end of the work.

use super::go_ahead::GoAhead;
use super::interrupt::Interrupt;
use super::kernel::{Kernel, Killed};
use super::names::Role;
use super::operator::Operator;
use super::programs::Programs;
use super::survey::Survey;
use super::watch::{Seen, Watch};
use super::{Error, os_process};
use weft_projections::DEFAULT_CONSTITUTION;
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Layout, init};

/// Who is killed while it works.
pub(crate) const VICTIM: Role = Role::FirstAnalyst;

/// What is not in the log.
#[derive(Debug)]
pub(crate) struct Lived {
    /// The process of the analyst that was killed.
    pub(crate) victim: u32,
    /// What became of the first kernel.
    pub(crate) killed: Killed,
    /// Commands that the agents asked for again.
    pub(crate) repeated: u64,
}

/// Lives the story on a new node.
///
/// # Errors
/// Whatever keeps it from its end.
pub(crate) fn live(
    layout: &Layout,
    survey: &Survey,
    programs: &Programs,
    interrupt: &Interrupt,
) -> Result<Lived, Error> {
    be_born(layout)?;
    let (victim, killed) = first_half(layout, survey, programs, interrupt)?;
    let repeated = second_half(layout, survey, interrupt)?;
    Ok(Lived { victim, killed, repeated })
}

fn be_born(layout: &Layout) -> Result<(), Error> {
    let birth = Birth {
        origin: DEFAULT_ORIGIN.to_owned(),
        constitution: DEFAULT_CONSTITUTION.to_owned(),
        command_id: None,
    };
    init(layout, birth)?;
    Ok(())
}

/// From the first boot to the kill. The reader may hand out half of the files, so that nothing can be complete.
fn first_half(
    layout: &Layout,
    survey: &Survey,
    programs: &Programs,
    interrupt: &Interrupt,
) -> Result<(u32, Killed), Error> {
    let kernel = Kernel::start(layout.data_dir(), interrupt)?;
    let mut operator = Operator::connect(layout, kernel.pid())?;
    operator.put(survey)?;
    operator.spawn(programs)?;
    let mut watch = operator.watch(layout)?;
    watch.until(|seen| seen.is_heard && seen.is_denied)?;
    let go_ahead = GoAhead::half(survey.files.len());
    let victim = kill_analyst(&kernel, &mut operator, &mut watch, go_ahead)?;
    let most = (go_ahead.files * 3).div_ceil(4) as u64;
    watch.until(|seen| seen.stored >= most)?;
    Ok((victim, kernel.kill()?))
}

/// Kills the analyst as soon as it has published something, and waits until its next run was started.
fn kill_analyst(
    kernel: &Kernel,
    operator: &mut Operator,
    watch: &mut Watch,
    go_ahead: GoAhead,
) -> Result<u32, Error> {
    // It was denied something, so its program runs.
    let program = os_process::program(kernel.pid(), VICTIM.text())?;
    operator.go_ahead(go_ahead)?;
    if go_ahead.files > 0 {
        watch.until(|seen| seen.published(VICTIM) > 0)?;
    }
    program.kill();
    watch.until(|seen| seen.generation(VICTIM) > 1)?;
    Ok(program.pid)
}

/// From the second boot to the last: the reader may go on to the end.
fn second_half(layout: &Layout, survey: &Survey, interrupt: &Interrupt) -> Result<u64, Error> {
    interrupt.check()?;
    let kernel = Kernel::start(layout.data_dir(), interrupt)?;
    let mut operator = Operator::connect(layout, kernel.pid())?;
    let mut watch = operator.watch(layout)?;
    let files = survey.files.len();
    operator.go_ahead(GoAhead { files })?;
    // Two messages for each file, and the two words to the reader.
    let messages = 2 * files as u64 + 2;
    watch.until(|seen| seen.acknowledged >= messages)?;
    let repeated = operator.repeated()?;
    operator.stop_agents()?;
    watch.until(Seen::is_over)?;
    operator.shutdown()?;
    kernel.finish()?;
    Ok(repeated)
}
