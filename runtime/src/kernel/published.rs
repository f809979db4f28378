//! What readers see: State and head as of the last durable batch.

use arc_swap::ArcSwap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use weft_projections::{Digest, Seq, State, Time};

/// Where the durable log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last record.
    pub seq: Seq,
    /// Its link.
    pub link: Digest,
    /// Its time.
    pub time: Time,
}

impl Head {
    /// The ledger's head; there is always at least record 0.
    pub(crate) fn of(head: weft_ledger::Head) -> Head {
        Head {
            seq: Seq(head.size.saturating_sub(1)),
            link: Digest(head.link.0),
            time: Time(head.time),
        }
    }
}

/// An immutable State with the head it was folded up to. Cloning State shares its structure.
#[derive(Debug, Clone)]
pub struct Published {
    /// The fold of every durable record.
    pub state: State,
    /// The last of them.
    pub head: Head,
}

/// Whether there can be any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Expected,
    Ended,
}

/// What those who wait look at.
#[derive(Debug)]
struct Expected {
    news: News,
    /// The keeper has something to do.
    nudged: bool,
}

/// Where the latest [`Published`] hangs. Reading takes no lock; only who waits for news does, and the
/// committing thread once per batch.
#[derive(Debug)]
pub(crate) struct Board {
    latest: ArcSwap<Published>,
    expected: Mutex<Expected>,
    arrived: Condvar,
    /// The same for tasks; gone once nothing is published any more.
    head: Mutex<Option<watch::Sender<Seq>>>,
}

impl Board {
    pub(crate) fn new(first: Published) -> Board {
        let (head, _) = watch::channel(first.head.seq);
        Board {
            head: Mutex::new(Some(head)),
            latest: ArcSwap::from_pointee(first),
            expected: Mutex::new(Expected { news: News::Expected, nudged: false }),
            arrived: Condvar::new(),
        }
    }

    pub(crate) fn read(&self) -> Arc<Published> {
        self.latest.load_full()
    }

    pub(crate) fn publish(&self, published: Published) {
        let seq = published.head.seq;
        self.latest.store(Arc::new(published));
        // Taken and released, so that a reader between its check and its wait cannot miss this.
        drop(self.expected());
        self.arrived.notify_all();
        if let Some(head) = &*self.head() {
            head.send_replace(seq);
        }
    }

    /// Nothing is published after this; nobody waits for it any more.
    pub(crate) fn end(&self) {
        self.expected().news = News::Ended;
        self.arrived.notify_all();
        *self.head() = None;
    }

    /// The last durable record, for tasks; it ends when nothing is published any more.
    pub(crate) fn news(&self) -> watch::Receiver<Seq> {
        match &*self.head() {
            Some(head) => head.subscribe(),
            None => watch::channel(self.latest.load().head.seq).1,
        }
    }

    /// Waits until nothing is published any more, or for `timeout`.
    pub(crate) fn wait_for_end(&self, timeout: Duration) {
        let more_to_come = |expected: &mut Expected| expected.news == News::Expected;
        drop(self.arrived.wait_timeout_while(self.expected(), timeout, more_to_come));
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.expected().news == News::Ended
    }

    /// The latest State once it is past `seq`, or as it is after `timeout`, or when the kernel has
    /// stopped.
    pub(crate) fn wait_past(&self, seq: Seq, timeout: Duration) -> Arc<Published> {
        let nothing_new = |expected: &mut Expected| {
            expected.news == News::Expected && self.latest.load().head.seq <= seq
        };
        drop(self.arrived.wait_timeout_while(self.expected(), timeout, nothing_new));
        self.read()
    }

    /// Wakes the keeper, though nothing is published.
    pub(crate) fn nudge(&self) {
        self.expected().nudged = true;
        self.arrived.notify_all();
    }

    /// As [`Board::wait_past`], for the keeper: it is also woken by [`Board::nudge`].
    pub(crate) fn wait_for_work(&self, seq: Seq, timeout: Duration) {
        let nothing_to_do = |expected: &mut Expected| {
            expected.news == News::Expected
                && !expected.nudged
                && self.latest.load().head.seq <= seq
        };
        if let Ok((mut expected, _)) =
            self.arrived.wait_timeout_while(self.expected(), timeout, nothing_to_do)
        {
            expected.nudged = false;
        }
    }

    fn expected(&self) -> MutexGuard<'_, Expected> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn head(&self) -> MutexGuard<'_, Option<watch::Sender<Seq>>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
