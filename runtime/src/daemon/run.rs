//! From boot to shutdown.

use super::signals::Signals;
use super::socket::Socket;
use crate::node::{self, Layout};
use crate::platform::Platform as _;
use crate::reactor::{Families, Outputs, Processes, Stop};
use crate::scrub::Scrub;
use crate::{Driver, Error, Handle, Kernel, Native, Opening, Progress, Request, api, boot, claim};
use rustix::process::test_kill_process;
use std::io;
use std::os::unix::net::UnixListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;
use weft_commands::Command;
use weft_commands::requests::kernel::Shutdown;
use weft_projections::state::Phase;
use weft_projections::{Actor, Seq};

/// Threads that serve clients and processes. The kernel has two of its own.
const WORKERS: usize = 2;

/// How often and how long a lock is waited for whose holder is dead.
const LOCK_TRIES: u32 = 200;
const LOCK_WAIT: Duration = Duration::from_millis(10);

/// Records between two reports of how far an opening has come.
const PROGRESS_RECORDS: u64 = 1 << 20;

/// What a daemon says when it accepts commands.
#[derive(Debug)]
pub struct Ready {
    /// What opening the log found.
    pub opening: Opening,
    /// The record that says that the kernel runs.
    pub booted: Seq,
}

/// Runs the kernel of the node at `layout` until it is asked to stop: by SIGTERM, by SIGINT, or by an
/// operator's `kernel.shutdown`. `ready` is called once, when commands are accepted.
///
/// Processes are ended first (SIGTERM, then SIGKILL after a grace), then the shutdown is recorded, then
/// the log is closed.
///
/// # Errors
/// Those of [`Kernel::open`] and [`boot`]; [`Error::Files`] when the socket cannot be made;
/// [`Error::Ledger`] when the disk fails while it runs: the kernel has halted then.
pub fn run(layout: &Layout, ready: impl FnOnce(&Ready)) -> Result<(), Error> {
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("weft-serve")
        .enable_all()
        .build()
        .map_err(Error::Thread)?;
    let (mut kernel, opening) = tasks.block_on(open(layout))?;
    for passed_over in &opening.passed_over {
        tracing::warn!(%passed_over, "a snapshot was not used");
    }
    let (socket, listener) = Socket::bind(layout.socket())?;
    let booted = boot(&mut kernel)?.seq;
    claim(&mut kernel, opening.snapshot.as_ref())?;
    let permission = kernel.snapshot_permission();
    let (driver, handle) = Driver::start(kernel)?;
    let storage = Native::of(layout).storage();
    let scrub = Scrub::start(storage, opening.log.first_read, permission)?;
    let signals = tasks.block_on(async { Signals::handle() }).map_err(Error::Thread)?;
    ready(&Ready { opening, booted });
    let served = tasks.block_on(serve(layout, listener, &handle, signals, &scrub));
    drop(tasks);
    drop(scrub);
    drop(handle);
    drop(socket);
    driver.join()?;
    served
}

/// Opens the node. A kernel that was killed while it started a process leaves its lock to the child for
/// the moment until that becomes another program: a holder that is dead is waited for.
async fn open(layout: &Layout) -> Result<(Kernel<Native, ()>, Opening), Error> {
    for _ in 0..LOCK_TRIES {
        match node::open(layout, &mut tell) {
            Err(Error::Ledger(weft_ledger::Error::Locked { holder })) if !lives(holder) => {
                sleep(LOCK_WAIT).await;
            }
            opened => return opened,
        }
    }
    node::open(layout, &mut tell)
}

/// Says now and then how far reading the ids of records has come.
fn tell(progress: Progress) {
    let Progress { done, total } = progress;
    if done.is_multiple_of(PROGRESS_RECORDS) {
        tracing::info!(done, total, "reading the ids of records");
    }
}

/// Whether there is such a process; who holds the lock without saying so is taken to live.
fn lives(holder: Option<u32>) -> bool {
    let holder = holder.and_then(|holder| rustix::process::Pid::from_raw(holder.cast_signed()));
    holder.is_none_or(|holder| test_kill_process(holder).is_ok())
}

async fn serve(
    layout: &Layout,
    listener: UnixListener,
    handle: &Handle<Native>,
    mut signals: Signals,
    scrub: &Scrub,
) -> Result<(), Error> {
    let failed = |source| Error::files(&layout.output(), source);
    let outputs = Arc::new(Outputs::open(layout.output()).map_err(failed)?);
    let families = Arc::new(Families::default());
    let processes = Processes::new(handle.clone(), layout, outputs.clone(), families.clone())
        .map_err(failed)?;
    let (stop, stopped) = Stop::switch();
    let (cancel, cancelled) = watch::channel(false);
    let confinement = processes.probe().await;
    let scrub = Some(scrub.findings());
    let hooks = api::Hooks { layout: layout.clone(), families, outputs, confinement, scrub };
    let reconciler = tokio::spawn(processes.reconcile(stopped));
    let mut server = pin!(api::serve(listener, handle.clone(), hooks, cancelled));
    let asked = tokio::select! {
        asked = until_asked(handle, &mut signals) => asked,
        served = &mut server => return Err(unserved(layout, served)),
    };
    tracing::info!(reason = asked, "stopping");
    let farewell = async {
        stop.stop();
        let reconciled = reconciler.await.map_err(|_| Error::Panicked("the reconciler"));
        let recorded = record_shutdown(handle).await;
        cancel.send_replace(true);
        reconciled.and(recorded)
    };
    let (left, served) = tokio::join!(farewell, server);
    left.and(served.map_err(|source| Error::files(&layout.socket(), source)))
}

/// Serving ended by itself: without a socket there is nothing to do. The processes are killed with the
/// tasks that hold their shims.
fn unserved(layout: &Layout, served: io::Result<()>) -> Error {
    let ended = io::Error::other("the socket is served no longer");
    Error::files(&layout.socket(), served.err().unwrap_or(ended))
}

/// Waits for a reason to stop, and says it.
async fn until_asked(handle: &Handle<Native>, signals: &mut Signals) -> &'static str {
    let mut news = handle.news();
    let halted = async {
        loop {
            news.borrow_and_update();
            if handle.published().state.kernel.phase() == Phase::Halted {
                return "kernel.shutdown";
            }
            if news.changed().await.is_err() {
                return "the kernel has halted";
            }
        }
    };
    tokio::select! {
        signal = signals.asked_to_stop() => signal,
        reason = halted => reason,
    }
}

/// The shutdown's record, unless an operator's command made it.
async fn record_shutdown(handle: &Handle<Native>) -> Result<(), Error> {
    if handle.has_ended() || handle.published().state.kernel.phase() == Phase::Halted {
        return Ok(());
    }
    let request = Request::new(Actor::Kernel, handle.fresh_id()?, Command::Shutdown(Shutdown {}));
    handle.ask(request).await??;
    Ok(())
}
