//! The second stage: the first process of the PID namespace, and the parent of the program.

use super::grants;
use super::lines::Lines;
use super::order::{self, Order, Word, read_line, write_line};
use super::timer::Timer;
use super::{Guarantees, LINE_BYTES_MAX, Plan, Report, STOP, descendants, root};
use nix::sys::signal::{SigSet, Signal as Blocked};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{
    DumpableBehavior, Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process,
    kill_process_group, set_child_subreaper, set_dumpable_behavior,
    set_parent_process_death_signal, wait,
};
use rustix::stdio::stdin;
use std::io::{self, Write};
use std::process::Child;

/// Builds what the program is to see, starts it and stays until it has ended.
pub(super) fn run() -> io::Result<()> {
    let mut control = Lines::new(stdin(), 2 * LINE_BYTES_MAX);
    let Order { plan, guarantees } = read_line(&control.next()?.unwrap_or_default())?;
    let in_namespace = guarantees.pid_namespace;
    if in_namespace {
        set_parent_process_death_signal(Some(Signal::KILL))?;
    } else {
        set_child_subreaper(Some(getpid()))?;
    }
    let guarantees = settle(&plan, guarantees)?;
    let grace_ms = plan.grace_ms;
    let child = order::start("program", &Order { plan, guarantees })?;
    let report = attend(child, &mut control, grace_ms)?;
    if !in_namespace {
        descendants::end_all()?;
    }
    // In a namespace the end of this process is the end of every other one in it.
    write_line(&mut io::stdout(), &report)
}

/// Makes the root and the bounds of the namespace, where there is one.
fn settle(plan: &Plan, mut guarantees: Guarantees) -> io::Result<Guarantees> {
    let entered = if guarantees.pid_namespace { root::enter_namespace() } else { Ok(()) };
    let grants = grants::open(plan);
    if guarantees.pid_namespace {
        match entered.and_then(|()| root::build(plan, &grants)) {
            Ok(()) => {
                guarantees.process_limit |= root::bound_processes(plan.limits.processes);
                let failed = root::seal(&grants)?;
                guarantees.mount_namespace = failed.is_empty();
                guarantees.missing.extend(failed);
            }
            Err(error) => guarantees.missing.push(format!("no root of its own: {error}")),
        }
    }
    for line in grants.left_out(guarantees.mount_namespace) {
        say(&line);
    }
    // The program must not look into its parent, whatever Landlock is worth here.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(guarantees)
}

/// Tells whoever reads the program's output. Nobody may.
fn say(line: &str) {
    drop(writeln!(io::stderr(), "weft: {line}"));
}

/// Stays with the program until it has ended.
fn attend(
    mut child: Child,
    control: &mut Lines<impl rustix::fd::AsFd>,
    grace_ms: u64,
) -> io::Result<Report> {
    let missing = || io::Error::other("no pipe from the third stage");
    let mut words = Lines::new(child.stdout.take().ok_or_else(missing)?, 2 * LINE_BYTES_MAX);
    let mut sealed = None;
    // The pipe ends when the third stage becomes the program.
    while let Some(line) = words.next()? {
        match read_line(&line)? {
            Word::Sealed(guarantees) => sealed = Some(guarantees),
            Word::CannotStart { code, reason } => {
                let Some(guarantees) = sealed else { return Ok(Report::Failed { reason }) };
                say(&reason);
                write_line(&mut io::stdout(), &Report::Ready { pid: 0, guarantees })?;
                return Ok(Report::Exited { code: Some(code), signal: None });
            }
        }
    }
    let guarantees =
        sealed.ok_or_else(|| io::Error::other("the third stage ended without a word"))?;
    write_line(&mut io::stdout(), &Report::Ready { pid: 0, guarantees })?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    Watch::new(pid.ok_or_else(missing)?, grace_ms)?.until_the_end(control)
}

/// Waits for the program, for orders, and for the end of the grace.
struct Watch {
    program: Pid,
    grace_ms: u64,
    children: SignalFd,
    grace: Timer,
    is_stopping: bool,
}

impl Watch {
    fn new(program: Pid, grace_ms: u64) -> io::Result<Watch> {
        let mut mask = SigSet::empty();
        mask.add(Blocked::SIGCHLD);
        // Only now: the program would have inherited it.
        mask.thread_block()?;
        let children = SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        Ok(Watch { program, grace_ms, children, grace: Timer::new()?, is_stopping: false })
    }

    fn until_the_end(mut self, control: &mut Lines<impl rustix::fd::AsFd>) -> io::Result<Report> {
        loop {
            if let Some(status) = self.reap()? {
                return Ok(exited(status));
            }
            // An order may have come together with the plan: what is read is looked at before one waits.
            while let Some(line) = control.take()? {
                self.obey(&line)?;
            }
            if control.has_ended() {
                return Ok(Report::killed());
            }
            let ready = {
                let mut fds = [
                    PollFd::new(control.source(), PollFlags::IN),
                    PollFd::new(&self.children, PollFlags::IN),
                    PollFd::new(&self.grace, PollFlags::IN),
                ];
                retry_on_intr(|| poll(&mut fds, None))?;
                fds.map(|fd| !fd.revents().is_empty())
            };
            let [ordered, ended, late] = ready;
            if ended {
                while self.children.read_signal()?.is_some() {}
            }
            if ordered {
                control.fill()?;
            }
            if late {
                return Ok(Report::killed());
            }
        }
    }

    fn obey(&mut self, line: &str) -> io::Result<()> {
        if line != STOP || self.is_stopping {
            return Ok(());
        }
        self.is_stopping = true;
        if kill_process_group(self.program, Signal::TERM).is_err() {
            // It left its group. Should it have ended by now, that shows soon.
            let _ = kill_process(self.program, Signal::TERM);
        }
        self.grace.set(self.grace_ms)
    }

    /// Takes what is left of everything that has ended: the program's status, once it is among it.
    fn reap(&self) -> io::Result<Option<WaitStatus>> {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) if pid == self.program => return Ok(Some(status)),
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Ok(None) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn exited(status: WaitStatus) -> Report {
    let narrow = |number: i32| u8::try_from(number).ok();
    Report::Exited {
        code: status.exit_status().and_then(narrow),
        signal: status.terminating_signal().and_then(narrow),
    }
}
