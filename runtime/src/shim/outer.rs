//! The first stage: what the kernel starts, talks to and waits for.

use super::lines::Lines;
use super::order::{self, Order, read_line, write_line};
use super::{Guarantees, LINE_BYTES_MAX, Plan, Report, STOP, descendants, namespaces};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::AsFd;
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{getpid, set_child_subreaper, setsid};
use rustix::stdio::stdin;
use std::fs;
use std::io::{self, Write};
use std::process::{Child, ChildStdin, ChildStdout};

/// Said in place of a second stage that said nothing.
const FAILED: &str = "the second stage ended without a word";

/// Reads the plan, makes the namespaces, starts the second stage and stays until it has ended.
pub(super) fn run() -> io::Result<()> {
    let mut control = Lines::new(stdin(), LINE_BYTES_MAX);
    let line = control.next()?.ok_or_else(|| io::Error::other("there is no plan"))?;
    let plan: Plan = read_line(&line)?;
    plan.check().map_err(io::Error::other)?;
    stand_alone()?;
    let guarantees = namespaces::enter()?;
    let mut inner = Inner::start(plan, guarantees)?;
    let stayed = inner.stay(&mut control);
    let last = inner.end();
    stayed?;
    write_line(&mut io::stdout(), &last?)
}

/// Takes this process out of the session and the hands of whoever started it. Files that leaked into it
/// would leak on into the program.
fn stand_alone() -> io::Result<()> {
    close_leaked_files()?;
    set_child_subreaper(Some(getpid()))?;
    match setsid() {
        // It leads a group already: a session of its own is out of reach, and none is needed.
        Ok(_) | Err(Errno::PERM) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn close_leaked_files() -> io::Result<()> {
    let numbers: Vec<i32> = fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|number| *number > 2)
        .collect();
    for number in numbers {
        // The folder itself was among them, and is closed by now.
        let _ = nix::unistd::close(number);
    }
    Ok(())
}

/// The second stage as the first one sees it.
struct Inner {
    child: Child,
    orders: Option<ChildStdin>,
    said: Lines<ChildStdout>,
    in_namespace: bool,
    last: Option<Report>,
}

impl Inner {
    fn start(plan: Plan, guarantees: Guarantees) -> io::Result<Inner> {
        let in_namespace = guarantees.pid_namespace;
        let mut child = order::start("inner", &Order { plan, guarantees })?;
        let missing = || io::Error::other("no pipe from the second stage");
        let said = Lines::new(child.stdout.take().ok_or_else(missing)?, LINE_BYTES_MAX);
        let orders = child.stdin.take();
        Ok(Inner { child, orders, said, in_namespace, last: None })
    }

    /// Passes words on in both directions, until the second stage is silent for good or the kernel gone.
    fn stay(&mut self, control: &mut Lines<impl AsFd>) -> io::Result<()> {
        loop {
            // An order may have come together with the plan: what is read is looked at before one waits.
            while let Some(line) = control.take()? {
                self.obey(&line);
            }
            if control.has_ended() {
                self.last.get_or_insert(Report::killed());
                return Ok(());
            }
            while let Some(line) = self.said.take()? {
                self.pass_on(read_line(&line)?)?;
            }
            if self.said.has_ended() {
                return Ok(());
            }
            let (kernel, inner) = readable(control.source(), self.said.source())?;
            if kernel {
                control.fill()?;
            }
            if inner {
                self.said.fill()?;
            }
        }
    }

    /// Lines that mean nothing are passed over: there may be more words one day.
    fn obey(&mut self, line: &str) {
        if line == STOP
            && let Some(orders) = &mut self.orders
        {
            // A second stage that is gone needs no order; that it is gone shows at its other pipe.
            drop(orders.write_all(format!("{STOP}\n").as_bytes()));
        }
    }

    /// The end is told only once it is true of everything below.
    fn pass_on(&mut self, report: Report) -> io::Result<()> {
        match report {
            Report::Ready { guarantees, .. } => {
                let pid = first_child(self.child.id()).unwrap_or(self.child.id());
                write_line(&mut io::stdout(), &Report::Ready { pid, guarantees })
            }
            Report::Exited { .. } | Report::Failed { .. } => {
                self.last.get_or_insert(report);
                Ok(())
            }
        }
    }

    /// Ends whatever is still there, and waits until it has ended.
    fn end(&mut self) -> io::Result<Report> {
        // Without a namespace the second stage ends the others: it is their subreaper.
        drop(self.orders.take());
        if self.in_namespace {
            self.child.kill()?;
        }
        self.child.wait()?;
        descendants::end_all()?;
        let failed = || Report::Failed { reason: FAILED.to_owned() };
        Ok(self.last.take().unwrap_or_else(failed))
    }
}

/// Waits until one of the two has something to say, and tells which.
fn readable(first: &impl AsFd, second: &impl AsFd) -> io::Result<(bool, bool)> {
    let mut fds = [PollFd::new(first, PollFlags::IN), PollFd::new(second, PollFlags::IN)];
    retry_on_intr(|| poll(&mut fds, None))?;
    let [first, second] = fds.map(|fd| !fd.revents().is_empty());
    Ok((first, second))
}

/// The first child of the process `pid` (proc(5), `/proc/pid/task/tid/children`).
fn first_child(pid: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    children.split(' ').next()?.parse().ok()
}
