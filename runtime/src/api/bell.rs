//! Wakes those who wait for a message, and nobody else.

use crate::{Handle, Native};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use weft_projections::{Pid, Seq, State};

/// Who waits for a message. One task looks through them after each batch, so that a batch does not
/// wake every agent of the node.
#[derive(Debug, Default)]
pub(super) struct Bell(Mutex<BTreeMap<Pid, Vec<Waiter>>>);

#[derive(Debug)]
struct Waiter {
    after: Option<Seq>,
    wake: oneshot::Sender<()>,
}

impl Bell {
    /// Comes true once the inbox of `pid` may hold a message after `after`. Whoever waits looks at
    /// the inbox after this and before it waits, or it could miss one.
    pub(super) fn wait(&self, pid: Pid, after: Option<Seq>) -> oneshot::Receiver<()> {
        let (wake, woken) = oneshot::channel();
        let mut waiting = self.waiting();
        let waiters = waiting.entry(pid).or_default();
        waiters.retain(|waiter| !waiter.wake.is_closed());
        waiters.push(Waiter { after, wake });
        woken
    }

    /// Rings after every batch, until the kernel has ended.
    pub(super) async fn ring(&self, handle: &Handle<Native>) {
        let mut news = handle.news();
        while news.changed().await.is_ok() {
            news.mark_unchanged();
            self.look(&handle.published().state);
        }
        self.waiting().clear();
    }

    fn look(&self, state: &State) {
        self.waiting().retain(|pid, waiters| {
            waiters.retain(|waiter| !waiter.wake.is_closed());
            let gone = state.process_table.live(*pid).is_none();
            let woken = |waiter: &mut Waiter| gone || has_message(state, *pid, waiter.after);
            for waiter in waiters.extract_if(.., woken) {
                let _ = waiter.wake.send(());
            }
            !waiters.is_empty()
        });
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Pid, Vec<Waiter>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the inbox of `pid` holds a message after `after`.
pub(super) fn has_message(state: &State, pid: Pid, after: Option<Seq>) -> bool {
    state.ipc_routes.inbox(pid).any(|(seq, _)| after.is_none_or(|after| seq > after))
}
