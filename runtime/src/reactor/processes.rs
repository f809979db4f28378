//! The reconciler of native processes.

use super::family::Families;
use super::leftovers;
use super::output::Outputs;
use super::plan::Place;
use super::reports::Reports;
use super::run::{Run, Shared, Wish, probe};
use crate::kernel::Published;
use crate::node::Layout;
use crate::platform::{Native, Platform};
use crate::shim::Guarantees;
use crate::{Error, Handle};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{env, io};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use weft_projections::events::Backend;
use weft_projections::state::{Row, Work};
use weft_projections::{Generation, Pid, Seq, State, Time};

/// How long the reconciler sleeps at most when nothing happens.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// How long finding out what confines a process may take.
const PROBE_MAX: Duration = Duration::from_secs(5);

/// How long a run waits that could not even be reported, before it is tried again.
const FAILED_WAIT: Duration = Duration::from_secs(1);

/// A run of a process: the attempt that its reports name.
type Attempt = (Pid, Generation);

/// What became of it.
type Ended = (Attempt, Result<(), Error>);

/// Starts and stops what State wants, until it is told to [`Stop`].
#[derive(Debug)]
pub struct Processes {
    shared: Arc<Shared>,
    clock: Native,
    runs: BTreeMap<Attempt, watch::Sender<Wish>>,
    tasks: JoinSet<Ended>,
    swept: Seq,
}

/// Tells the reconciler to end every process and then itself.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// A switch, and what the reconciler looks at.
    pub fn switch() -> (Stop, watch::Receiver<bool>) {
        let (stop, stopped) = watch::channel(false);
        (Stop(stop), stopped)
    }

    /// Tells it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Processes {
    /// A reconciler for the node at `layout`, whose processes are still to be started.
    ///
    /// # Errors
    /// What the operating system says of the folder for outputs, or of this program's own path.
    pub fn new(
        handle: Handle<Native>,
        layout: &Layout,
        outputs: Arc<Outputs>,
        families: Arc<Families>,
    ) -> io::Result<Processes> {
        let place = Place {
            socket: layout.socket(),
            data_dir: layout.data_dir().to_owned(),
            weft: own_program()?,
            shim: leftovers::shim_name(&layout.data_dir().canonicalize()?),
        };
        let reports = Reports::new(handle);
        Ok(Processes {
            shared: Arc::new(Shared { reports, place, outputs, families }),
            clock: Native::new(layout.data_dir()),
            runs: BTreeMap::new(),
            tasks: JoinSet::new(),
            swept: Seq(0),
        })
    }

    /// What native processes are confined by here; `None` where that cannot be found out.
    pub async fn probe(&self) -> Option<Guarantees> {
        let probed = timeout(PROBE_MAX, probe(&self.shared.place)).await;
        let found = probed.map_err(io::Error::other).and_then(|found| found);
        found.inspect_err(|error| tracing::warn!(%error, "confinement cannot be probed")).ok()
    }

    /// Keeps what runs equal to what State wants, once nothing of an earlier kernel runs any more. Returns when `stopped` says so and every process
    /// has ended, or when the kernel has halted: then every process is killed.
    pub async fn reconcile(mut self, mut stopped: watch::Receiver<bool>) {
        let mut news = self.shared.reports.handle().news();
        tokio::select! {
            () = leftovers::until_gone(&self.shared.place.shim, leftovers::PATIENCE) => {}
            _ = stopped.changed() => {}
        }
        loop {
            if *stopped.borrow_and_update() {
                return self.leave().await;
            }
            news.borrow_and_update();
            let published = self.shared.reports.handle().published();
            let pause = self.close_the_difference(&published);
            tokio::select! {
                ended = self.tasks.join_next(), if !self.tasks.is_empty() => self.note(ended).await,
                changed = news.changed() => if changed.is_err() {
                    // The kernel has halted. Dropping the tasks kills the shims, and they everything below.
                    return self.tasks.shutdown().await;
                },
                _ = stopped.changed() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Starts what is due and stops what is to end; how long until something else is due.
    fn close_the_difference(&mut self, published: &Published) -> Duration {
        let state = &published.state;
        let now = Time::from_unix_ms(self.clock.unix_ms());
        let mut pause = SLEEP_MAX;
        for work in state.pending_work() {
            let (pid, generation) = match work {
                Work::Start { pid, generation, .. } | Work::Stop { pid, generation } => {
                    (pid, generation)
                }
            };
            let Some(row) = native(state, pid) else { continue };
            match work {
                Work::Start { not_before, .. } if now < not_before => {
                    pause = pause.min(until(not_before, now));
                }
                Work::Start { .. } => self.start(row, state, now),
                Work::Stop { .. } => self.stop(pid, generation),
            }
        }
        self.sweep(published);
        pause
    }

    fn start(&mut self, row: &Row, state: &State, now: Time) {
        if self.runs.contains_key(&(row.pid, row.generation)) {
            return;
        }
        let (run, attempt) = self.run(row.pid, row.generation);
        let (row, state) = (row.clone(), state.clone());
        self.tasks.spawn(async move { (attempt, run.live(&row, &state, now).await) });
    }

    fn stop(&mut self, pid: Pid, generation: Generation) {
        if let Some(wish) = self.runs.get(&(pid, generation)) {
            raise(wish, Wish::Stop);
            return;
        }
        let (run, attempt) = self.run(pid, generation);
        self.tasks.spawn(async move { (attempt, run.end_unstarted().await) });
    }

    fn run(&mut self, pid: Pid, generation: Generation) -> (Run, Attempt) {
        let (wish, wished) = watch::channel(Wish::Run);
        self.runs.insert((pid, generation), wish);
        let shared = self.shared.clone();
        (Run { shared, pid, generation, wish: wished }, (pid, generation))
    }

    /// Forgets a run that has ended. One that could not be reported is tried again after a while:
    /// State still wants it.
    async fn note(&mut self, ended: Option<Result<Ended, JoinError>>) {
        match ended {
            Some(Ok((attempt, outcome))) => {
                self.runs.remove(&attempt);
                if let Err(error) = outcome {
                    tracing::error!(pid = %attempt.0, %error, "a run could not be reported");
                    sleep(FAILED_WAIT).await;
                }
            }
            Some(Err(error)) => tracing::error!(%error, "a run panicked"),
            None => {}
        }
    }

    /// Ends every process, and waits until each end is on the chain.
    async fn leave(mut self) {
        for wish in self.runs.values() {
            raise(wish, Wish::Leave);
        }
        while let Some(ended) = self.tasks.join_next().await {
            if let Ok((attempt, Err(error))) = ended {
                tracing::error!(pid = %attempt.0, %error, "the end of a process could not be reported");
            }
        }
    }

    /// Removes the outputs of processes that have left the table, at most once per thousand records.
    fn sweep(&mut self, published: &Published) {
        const EVERY_RECORDS: u64 = 1_000;
        let head = published.head.seq;
        if self.swept.0 != 0 && head.0 < self.swept.0 + EVERY_RECORDS {
            return;
        }
        self.swept = head;
        let table = &published.state.process_table;
        if let Err(error) = self.shared.outputs.sweep(|pid| table.get(pid).is_some()) {
            tracing::warn!(%error, "old outputs cannot be removed");
        }
    }
}

fn native(state: &State, pid: Pid) -> Option<&Row> {
    state.process_table.live(pid).filter(|row| row.backend == Backend::Native)
}

fn raise(wish: &watch::Sender<Wish>, to: Wish) {
    wish.send_if_modified(|wished| {
        let raised = to > *wished;
        *wished = to.max(*wished);
        raised
    });
}

fn until(then: Time, now: Time) -> Duration {
    Duration::from_millis(then.unix_ms().saturating_sub(now.unix_ms()).max(1))
}

/// The file of this program, as it is found again by name.
fn own_program() -> io::Result<PathBuf> {
    env::current_exe()?.canonicalize()
}
