//! One run of a native process, from its start on the chain to its end on the chain.

use super::family::Families;
use super::output::{Output, Outputs};
use super::plan::{GRACE_MS, Place, draw_token, program};
use super::reports::Reports;
use crate::Error;
use crate::shim::{Guarantees, Plan, Report, STOP};
use std::ffi::OsStr;
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command as Program};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use weft_commands::Command;
use weft_commands::requests::process::{Exited, Started};
use weft_projections::events::Outcome;
use weft_projections::state::{Row, RunState};
use weft_projections::{Generation, Pid, State, Time};

/// What a program that cannot be started ends with, as in a shell.
const CANNOT_START: Outcome = Outcome::Code(126);

/// Bytes read from a process at a time.
const READ_BYTES: usize = 16 * 1024;

/// How long what is left in the pipe of a process that has ended is read.
const DRAIN_MAX: Duration = Duration::from_secs(1);

/// How long a shim may take for what it does at once.
const HANG_MAX: Duration = Duration::from_secs(1);

/// What every run shares.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) reports: Reports,
    pub(super) place: Place,
    pub(super) outputs: Arc<Outputs>,
    pub(super) families: Arc<Families>,
}

/// How far a run is to go. It only ever rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    Run,
    /// The process is to end: SIGTERM, then SIGKILL after the grace.
    Stop,
    /// The kernel is going: the same, and the end is reported as a loss.
    Leave,
}

/// One run.
pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    pub(super) pid: Pid,
    pub(super) generation: Generation,
    pub(super) wish: watch::Receiver<Wish>,
}

impl Run {
    /// Starts the process, stays with it, and reports its end. The start is on the chain before the
    /// program runs, so that a crash between the two finds a run that is lost, never one that runs twice.
    ///
    /// # Errors
    /// [`Error::Halted`] when the kernel has stopped, [`Error::Ledger`] when the program's record
    /// cannot be read.
    pub(super) async fn live(mut self, row: &Row, state: &State, now: Time) -> Result<(), Error> {
        let token = draw_token(self.pid, self.generation)?;
        let found = program(self.shared.reports.handle().reader(), row)?;
        let plan = found.map(|found| self.shared.place.plan(state, row, found, &token, now));
        let (pid, generation) = (self.pid, self.generation);
        let started = Started { pid, generation, token: Some(token.digest()) };
        // Who sees the start on the chain can follow the output.
        let output = self.shared.outputs.begin(self.pid);
        let reported = self.shared.reports.report(Command::Started(started)).await;
        let outcome = match &reported {
            Ok(receipt) if receipt.took_effect() => self.attend(plan.as_ref(), output).await,
            Ok(_) | Err(_) => CANNOT_START,
        };
        self.shared.outputs.end(self.pid);
        match reported? {
            receipt if receipt.took_effect() => self.report_end(outcome).await,
            // It was stopped in the meantime, or is gone: State says what is to be done.
            _ => Ok(()),
        }
    }

    /// Reports the end of a run that never began, since the process was stopped before.
    ///
    /// # Errors
    /// [`Error::Halted`] when the kernel has stopped.
    pub(super) async fn end_unstarted(self) -> Result<(), Error> {
        self.report_end(Outcome::Stopped).await
    }

    async fn attend(&mut self, plan: Option<&Plan>, output: io::Result<Output>) -> Outcome {
        let mut output = match output {
            Ok(output) => output,
            Err(error) => {
                tracing::error!(pid = %self.pid, %error, "no place for the output");
                return CANNOT_START;
            }
        };
        let Some(plan) = plan else {
            let gone = io::Error::other("its program was redacted");
            return cannot_start(self.pid, &gone, &mut output);
        };
        match Shim::start(&self.shared.place.shim) {
            Ok(shim) => self.stay_with(shim, plan, &mut output).await,
            Err(error) => cannot_start(self.pid, &error, &mut output),
        }
    }

    async fn stay_with(&mut self, mut shim: Shim, plan: &Plan, output: &mut Output) -> Outcome {
        let os_pid = shim.child.id();
        // Before there is a program: whatever it connects with has to be known for its own.
        if let Some(os_pid) = os_pid {
            self.shared.families.add(os_pid, self.pid);
        }
        let outcome = match shim.tell(plan).await {
            Ok(()) => {
                let overdue = overdue(self.wish.clone());
                tokio::select! {
                    outcome = self.listen(&mut shim, output) => outcome,
                    () = overdue => Outcome::Signal(9),
                }
            }
            Err(error) => cannot_start(self.pid, &error, output),
        };
        // The shim ends once everything below it has; if it does not, it is made to.
        drop(shim.control.take());
        if timeout(HANG_MAX, shim.child.wait()).await.is_err() {
            tracing::warn!(pid = %self.pid, "a shim that hangs is killed");
            if let Err(error) = shim.child.kill().await {
                tracing::error!(pid = %self.pid, %error, "the shim cannot be killed");
            }
        }
        // From here on the number may be given to another process.
        if let Some(os_pid) = os_pid {
            self.shared.families.remove(os_pid);
        }
        if timeout(DRAIN_MAX, shim.drain(output)).await.is_err() {
            tracing::warn!(pid = %self.pid, "something still holds the output of a process");
        }
        outcome
    }

    /// Follows the shim until it says how the program ended, or ends itself.
    async fn listen(&mut self, shim: &mut Shim, output: &mut Output) -> Outcome {
        let mut printed = vec![0; READ_BYTES];
        let mut told = Wish::Run;
        let mut printing = true;
        let mut is_ready = false;
        loop {
            let wished = *self.wish.borrow_and_update();
            // Until the program runs there is nobody who could ask it to end.
            if is_ready && wished > told {
                told = wished;
                shim.stop().await;
            }
            tokio::select! {
                line = shim.said.next_line() => match line.ok().flatten().map(|line| outcome(&line)) {
                    Some(None) => is_ready = true,
                    Some(Some(outcome)) => return outcome,
                    // The shim was killed; the program went with it.
                    None => return Outcome::Signal(9),
                },
                read = shim.output.read(&mut printed), if printing => match read {
                    Ok(len) if len > 0 => print(output, printed.get(..len).unwrap_or_default()),
                    Ok(_) | Err(_) => printing = false,
                },
                Ok(()) = self.wish.changed() => {}
            }
        }
    }

    async fn report_end(&self, outcome: Outcome) -> Result<(), Error> {
        let (pid, generation) = (self.pid, self.generation);
        let outcome = self.asked_to_end().unwrap_or(outcome);
        let exited = Exited { pid, generation, outcome };
        let receipt = self.shared.reports.report(Command::Exited(exited)).await?;
        if !receipt.took_effect() {
            tracing::warn!(%pid, %generation, seq = %receipt.seq, "the end of a run was refused");
        }
        Ok(())
    }

    /// What a run that was asked to end is reported as, whatever its program made of the signal.
    fn asked_to_end(&self) -> Option<Outcome> {
        let published = self.shared.reports.handle().published();
        let row = published.state.process_table.get(self.pid)?;
        match row.state {
            RunState::Stopping => Some(Outcome::Stopped),
            _ if *self.wish.borrow() == Wish::Leave => Some(Outcome::Lost),
            RunState::Starting | RunState::Running | RunState::Exited => None,
        }
    }
}

/// Waits until a run should have ended since it was asked to, and has not.
async fn overdue(mut wish: watch::Receiver<Wish>) {
    // Whoever could have a wish has gone: so does this task.
    if wish.wait_for(|wish| *wish > Wish::Run).await.is_err() {
        return std::future::pending().await;
    }
    sleep(Duration::from_millis(GRACE_MS) + HANG_MAX).await;
}

/// What a program would be confined by: seen at one that does nothing.
pub(super) async fn probe(place: &Place) -> io::Result<Guarantees> {
    let mut shim = Shim::start(&place.shim)?;
    shim.tell(&place.plan_of_nothing()).await?;
    let line = shim.said.next_line().await?.unwrap_or_default();
    drop(shim.control.take());
    shim.child.wait().await?;
    match serde_json::from_str(&line).map_err(io::Error::other)? {
        Report::Ready { guarantees, .. } => Ok(guarantees),
        Report::Failed { reason } => Err(io::Error::other(reason)),
        Report::Exited { .. } => Err(io::Error::other("the shim ended before it began")),
    }
}

/// The shim of a run, and the three pipes to it.
struct Shim {
    child: Child,
    control: Option<ChildStdin>,
    said: Lines<BufReader<ChildStdout>>,
    output: ChildStderr,
}

impl Shim {
    /// Starts a shim that waits for its plan.
    fn start(name: &OsStr) -> io::Result<Shim> {
        let mut child = Program::new("/proc/self/exe")
            .arg0(name)
            .arg("shim")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let gone = || io::Error::other("a pipe to the shim is missing");
        let control = child.stdin.take().ok_or_else(gone)?;
        let said = BufReader::new(child.stdout.take().ok_or_else(gone)?).lines();
        let output = child.stderr.take().ok_or_else(gone)?;
        Ok(Shim { child, control: Some(control), said, output })
    }

    /// Gives it the plan.
    async fn tell(&mut self, plan: &Plan) -> io::Result<()> {
        let mut line = serde_json::to_vec(plan).map_err(io::Error::other)?;
        line.push(b'\n');
        let gone = || io::Error::other("a pipe to the shim is missing");
        self.control.as_mut().ok_or_else(gone)?.write_all(&line).await
    }

    /// Asks the shim to end the program. A shim that is gone needs no asking.
    async fn stop(&mut self) {
        if let Some(control) = &mut self.control {
            let _ = control.write_all(format!("{STOP}\n").as_bytes()).await;
        }
    }

    /// What was still in the pipe when the shim ended.
    async fn drain(&mut self, output: &mut Output) {
        let mut printed = vec![0; READ_BYTES];
        while let Ok(len) = self.output.read(&mut printed).await {
            match printed.get(..len) {
                Some([]) | None => return,
                Some(bytes) => print(output, bytes),
            }
        }
    }
}

fn cannot_start(pid: Pid, error: &io::Error, output: &mut Output) -> Outcome {
    tracing::error!(%pid, %error, "a program cannot be started");
    print(output, format!("weft: cannot start: {error}\n").as_bytes());
    CANNOT_START
}

/// Output that finds no room is lost: it is no record.
fn print(output: &mut Output, bytes: &[u8]) {
    if let Err(error) = output.print(bytes) {
        tracing::warn!(%error, "output of a process is lost");
    }
}

/// How the program ended, if the shim says so in this line.
fn outcome(line: &str) -> Option<Outcome> {
    match serde_json::from_str(line) {
        Ok(Report::Ready { .. }) => None,
        Ok(Report::Exited { code: Some(code), .. }) => Some(Outcome::Code(code)),
        Ok(Report::Exited { signal: Some(signal), .. }) => Some(Outcome::Signal(signal)),
        Ok(Report::Exited { .. } | Report::Failed { .. }) | Err(_) => Some(CANNOT_START),
    }
}
